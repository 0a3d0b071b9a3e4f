import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

/** What the lock file says of a package. */
interface Module {
  version: string;
  integrity: string;
  resolved?: string;
}

interface Package {
  version: string;
  src: string[];
  npmDeps: { package: { version: string }; packageLock: { packages: Record<string, Module> } };
}

/** Without a store, which not every user may open. */
function evaluate(call: string): Package {
  const json = execFileSync(
    'nix-instantiate',
    [
      ...['--store', 'dummy://', '-I', 'nixpkgs=test/packaging/nixpkgs'],
      ...['--eval', '--strict', '--json', '--expr', `with import <nixpkgs> {}; ${call}`],
    ],
    { encoding: 'utf8' },
  );
  return JSON.parse(json) as Package;
}

test('callPackage needs no argument, and takes a version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(evaluate('callPackage ./default.nix {}').version).toBe(version);
  const { npmDeps, ...other } = evaluate('callPackage ./default.nix { version = "9.8.7"; }');
  expect([other.version, npmDeps.package.version]).toEqual(['9.8.7', '9.8.7']);
});

test('every package of the lock file has its address in npm’s registry and its hash', () => {
  const { '': root, ...modules } = evaluate('callPackage ./default.nix {}').npmDeps.packageLock
    .packages;
  expect(root?.resolved).toBeUndefined();
  const registry = readFileSync('test/packaging/nixpkgs/npm-registry', 'utf8').trim();
  for (const [path, { version, integrity, resolved }] of Object.entries(modules)) {
    const [, scope = '', name = ''] = /.*node_modules\/(@[^/]+\/)?(.+)$/.exec(path) ?? [];
    expect(resolved).toBe(`${registry}${scope}${name}/-/${name}-${version}.tgz`);
    expect(integrity).toMatch(/^sha512-/);
  }
  expect(Object.keys(modules).length).toBeGreaterThan(100);
});

test('the sources that are named suffice for building', () => {
  const folder = temporaryFolder();
  for (const path of evaluate('callPackage ./default.nix {}').src) {
    cpSync(path, join(folder, relative('.', path)), { recursive: true });
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder });
  const help = execFileSync('node', [join(folder, 'dist/cli.js'), '--help'], { encoding: 'utf8' });
  expect(help).toContain('Usage: psusage');
  expect(readFileSync(join(folder, 'dist/man/psusage.1'), 'utf8')).toContain('.TH');
});
