// Makes one file of what the plots use of echarts, and puts the licenses of what is in it beside it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const MODULE = 'report/page/plots/echarts';
const LICENSE_FILE = /^(licenses\/.+|(license|notice|copyrightnotice)(\.\w+)?)$/i;

/**
 * The cache of the widths of texts is a plain object: the text `__proto__` would be found in it, and what every object
 * has in common be changed. Any user may give a process that name.
 */
const CACHE = {
  file: /zrender\/lib\/core\/LRU\.js$/,
  plain: '_map = {}',
  bare: '_map = Object.create(null)',
};

/** @type {import('esbuild').Plugin} */
const bareCache = {
  name: 'bare-cache',
  setup: ({ onLoad }) => {
    onLoad({ filter: CACHE.file }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(CACHE.plain)) throw new Error(`${path} has another cache`);
      return { contents: source.replaceAll(CACHE.plain, CACHE.bare) };
    });
  },
};

const root = fileURLToPath(new URL('..', import.meta.url));

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [`src/${MODULE}.ts`],
  outfile: `dist/${MODULE}.js`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: '/*! What psusage uses of Apache ECharts, bundled and minified: echarts.licenses.txt */',
  },
  plugins: [bareCache],
  metafile: true,
  logLevel: 'warning',
});

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

const licenses = packagesOf(Object.keys(metafile.inputs)).flatMap(licensesOf);
writeFileSync(`${root}dist/${MODULE}.licenses.txt`, licenses.join(`\n\n${'-'.repeat(80)}\n\n`));
