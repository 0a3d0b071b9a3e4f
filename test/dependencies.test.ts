import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const LOCK = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};
const PAGE = readFileSync('docs/dependencies.md', 'utf8');
const DIRECT = Object.keys(LOCK.packages['']?.dependencies ?? {});

/** Where a package finds another: beside itself, or in a folder above. */
function placeOf(name: string, from: string): string | undefined {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/'), 1) - 1)
  ) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in LOCK.packages) return place;
    if (folder === '') return undefined;
  }
}

/** The places of a package and of all that it needs. */
function closureOf(place: string, known = new Set<string>()): Set<string> {
  if (known.has(place)) return known;
  known.add(place);
  const { dependencies, optionalDependencies } = LOCK.packages[place] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const needed = placeOf(name, place);
    if (needed !== undefined) closureOf(needed, known);
  }
  return known;
}

test.each(DIRECT)('%s is justified, with how many packages it brings', (name) => {
  const row = PAGE.split('\n').find((line) => line.startsWith(`| ${name} `));
  const brings = closureOf(`node_modules/${name}`).size - 1;
  expect(row?.split('|')[3]?.trim()).toBe(String(brings));
});

test('npm installs the manual page: it takes a list of them alone', () => {
  const { man } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: unknown };
  expect(man).toEqual(['./dist/man/psusage.1']);
});

test('npm finds nothing of psusage itself to run while it installs it', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
  const run = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare'];
  expect(Object.keys(scripts).filter((name) => run.includes(name))).toEqual([]);
});

test('the page counts what an installation has, and what runs while it is installed', () => {
  const installed = new Set(DIRECT.flatMap((name) => [...closureOf(`node_modules/${name}`)]));
  const marked = Object.entries(LOCK.packages).filter(
    ([place, { dev }]) => place !== '' && dev !== true,
  );
  expect([...installed].sort()).toEqual(marked.map(([place]) => place).sort());
  expect(PAGE).toContain(
    `An installation has ${installed.size} packages: ${DIRECT.length} direct ones`,
  );
  expect(PAGE).toContain(`${installed.size - DIRECT.length} indirect ones`);
  const scripted = marked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(scripted.map(([place]) => place)).toEqual(['node_modules/better-sqlite3']);
});

test('what is installed imports no package that is not installed with it', async () => {
  const { metafile } = await build({
    entryPoints: ['dist/cli.js'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs)).toContain('dist/report/page/plots/echarts.js');
  const imported = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external = false }) => external && !isBuiltin(path))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  expect([...new Set(imported)].sort()).toEqual([...DIRECT].sort());
});

test('the licenses of all that is bundled travel with the bundle', () => {
  const licenses = readFileSync('dist/report/page/plots/echarts.licenses.txt', 'utf8');
  expect(licenses).toMatch(/^echarts [\d.]+, LICENSE\n\n\s*Apache License/);
  expect(licenses).toMatch(/^zrender [\d.]+, LICENSE\n\nBSD 3-Clause License/m);
  expect(licenses).toMatch(/^tslib [\d.]+, LICENSE/m);
  expect(licenses).toContain(readFileSync('node_modules/echarts/NOTICE', 'utf8'));
});
