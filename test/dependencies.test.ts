import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';

interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const LOCK = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Locked>;
};
const PAGE = readFileSync('docs/dependencies.md', 'utf8');
const { dependencies = {}, devDependencies = {} } = LOCK.packages[''] ?? {};
const DIRECT = Object.keys(dependencies);
const LICENSES = readFileSync('dist/licenses.txt', 'utf8');

/** Names and versions of the packages in the bundle. */
const BUNDLED = new Set(LICENSES.match(/^\S+ \d[\w.-]*(?=, )/gm));
const BUNDLED_NAMES = new Set([...BUNDLED].map((each) => each.replace(/ .*/, '')));
const USED = [...DIRECT, ...Object.keys(devDependencies).filter((name) => BUNDLED_NAMES.has(name))];

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

test.each(USED)('%s is justified, with how many packages it brings', (name) => {
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
  expect(PAGE).toContain(`An installation has ${installed.size} packages`);
  expect(PAGE).toContain(`The bundle has ${BUNDLED.size}`);
  const scripted = marked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(scripted.map(([place]) => place)).toEqual(['node_modules/better-sqlite3']);
});

test('what is installed imports no package that is not installed with it', () => {
  const files = readdirSync('dist').filter((name) => name.endsWith('.cjs'));
  expect(files).toHaveLength(2);
  const imported = files
    .flatMap((file) => [
      ...readFileSync(`dist/${file}`, 'utf8').matchAll(/\brequire\("([^"]+)"\)/g),
    ])
    .map(([, name = '']) => name)
    .filter((name) => !isBuiltin(name) && !files.includes(name.replace('./', '')));
  // What better-sqlite3 looks for its compiled part with, unless it is told it.
  expect(imported).toEqual(['bindings']);
  expect([...closureOf('node_modules/better-sqlite3')]).toContain('node_modules/bindings');
});

test('the bill of materials has what is installed and what is bundled', () => {
  const bill = JSON.parse(
    execFileSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8' }),
  ) as {
    packages: { name: string; versionInfo: string }[];
  };
  const listed = bill.packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`);
  const installed = [...closureOf('node_modules/better-sqlite3')].map(
    (place) => `${place.replace(/^.*node_modules\//, '')} ${LOCK.packages[place]?.version ?? ''}`,
  );
  const [own = ''] = listed;
  expect(own).toMatch(/^psusage /);
  expect([...new Set(listed)].sort()).toEqual([...new Set([own, ...installed, ...BUNDLED])].sort());
});

test('the licenses of all that is bundled travel with the bundle', () => {
  expect(LICENSES).toMatch(/^commander [\d.]+, LICENSE\n\n\(The MIT License\)/m);
  expect(LICENSES).toMatch(/^d3-array [\d.]+, LICENSE\n\nCopyright [\d-]+ Mike Bostock/m);
  expect(LICENSES).toMatch(/^@influxdata\/influxdb-client [\d.]+, LICENSE/m);
});
