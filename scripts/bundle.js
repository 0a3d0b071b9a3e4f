// Makes the files that are installed: the program and what starts it; and puts the licenses of all libraries in it
// beside them.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const LICENSE_FILE = /^(licenses\/.+|(license|notice|copyrightnotice)([-.]\w+)*)$/i;

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist/`;

/**
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<import('esbuild').Metafile>}
 */
async function bundle(options) {
  const { metafile } = await build({
    ...{ absWorkingDir: root, outdir: 'dist', outExtension: { '.js': '.cjs' }, bundle: true },
    ...{ format: 'cjs', platform: 'node', target: 'node20', charset: 'ascii' },
    ...{ metafile: true, logLevel: 'warning' },
    // V8's cache is made for scripts that import nothing when they run.
    supported: { 'dynamic-import': false },
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'moduleUrl' },
    ...options,
  });
  return metafile;
}

/** @param {string[]} inputs the files in the bundle */
function packagesOf(inputs) {
  const folders = inputs.flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path) ?? [],
  );
  return [...new Set(folders)].sort();
}

/** @param {string} folder of a package, from the root on */
function licensesOf(folder) {
  const { name, version } = JSON.parse(readFileSync(`${root}${folder}package.json`, 'utf8'));
  const files = readdirSync(root + folder, { encoding: 'utf8', recursive: true }).filter((path) =>
    LICENSE_FILE.test(path),
  );
  if (files.length === 0) throw new Error(`${name} comes without a license`);
  return files
    .sort()
    .map((file) => `${name} ${version}, ${file}\n\n${readFileSync(root + folder + file, 'utf8')}`);
}

rmSync(dist, { recursive: true, force: true });

// Not minified, so that a stack trace tells something; it is compiled once.
const program = await bundle({
  entryPoints: ['src/main.ts'],
  // V8 tells sources apart by their lengths.
  entryNames: 'psusage-[hash]',
  // What is looked for from src/shared/journal is found from dist/shared/journal, too.
  banner: {
    js: `(function (require, module, __dirname) {
'use strict';
const moduleUrl = require('node:url').pathToFileURL(\`\${__dirname}/shared/journal/\`).href;`,
  },
  footer: { js: '})' },
  external: ['bindings'],
});
const [file = ''] = Object.keys(program.outputs);

await bundle({
  entryPoints: ['src/cli.ts'],
  define: { PROGRAM_FILE: JSON.stringify(basename(file)) },
});

const licenses = packagesOf(Object.keys(program.inputs)).flatMap(licensesOf);
writeFileSync(`${dist}licenses.txt`, licenses.join(`\n\n${'-'.repeat(80)}\n\n`));
