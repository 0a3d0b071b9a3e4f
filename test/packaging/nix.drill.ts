import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { connectionOptions } from '../../src/shared/influx/connection-options.js';
import { startCli } from '../cli.js';
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

interface Option {
  description: string;
}

interface NixosModule {
  options: Record<string, Option | Record<string, Option>>;
  config: {
    services: { psusage: { settings: Record<string, object> } };
    systemd: {
      services: Record<string, { environment?: Record<string, string> }>;
      timers: Record<string, unknown>;
    };
  };
  settingsExample: Record<string, object>;
}

/** The module, with each option as in its example. */
const MODULE = `
  let
    module = services: import ./packaging/nixos.nix { inherit lib pkgs; config = { inherit services; }; };
    options = removeAttrs (module { }).options.services.psusage [ "package" ];
    examples = lib.mapAttrs (_: each: each.example or (lib.mapAttrs (_: inner: inner.example) each)) options;
    package = { outPath = "psusage"; meta.mainProgram = "psusage"; };
  in
  {
    inherit options;
    inherit (module { psusage = examples // { inherit package; }; }) config;
    settingsExample = options.settings.example;
  }`;

/** Without a store, which not every user may open. */
function evaluate(expression: string): unknown {
  const json = execFileSync(
    'nix-instantiate',
    [
      ...['--store', 'dummy://', '-I', 'nixpkgs=test/packaging/nixpkgs'],
      ...['--eval', '--strict', '--json', '--expr', `with import <nixpkgs> {}; ${expression}`],
    ],
    { encoding: 'utf8' },
  );
  return JSON.parse(json);
}

function evaluatePackage(given = '{}'): Package {
  return evaluate(`callPackage ./default.nix ${given}`) as Package;
}

function evaluateModule(): NixosModule {
  return evaluate(MODULE) as NixosModule;
}

test('callPackage needs no argument, and takes a version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(evaluatePackage().version).toBe(version);
  const { npmDeps, ...other } = evaluatePackage('{ version = "9.8.7"; }');
  expect([other.version, npmDeps.package.version]).toEqual(['9.8.7', '9.8.7']);
});

test('every package of the lock file has its address in npm’s registry and its hash', () => {
  const { '': root, ...modules } = evaluatePackage().npmDeps.packageLock.packages;
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
  for (const path of evaluatePackage().src) {
    cpSync(path, join(folder, relative('.', path)), { recursive: true });
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder });
  const help = execFileSync('node', [join(folder, 'dist/cli.cjs'), '--help'], { encoding: 'utf8' });
  expect(help).toContain('Usage: psusage');
  expect(readFileSync(join(folder, 'dist/man/psusage.1'), 'utf8')).toContain('.TH');
});

test('the module for NixOS makes a config file that psusage accepts', async () => {
  const { config, settingsExample } = evaluateModule();
  const path = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(path, stringify({ ...config.services.psusage.settings, ...settingsExample }));
  const run = startCli(['--config', path, 'config', 'check']);
  expect({ status: await run.ended, stderr: run.stderr() }).toEqual({ status: 0, stderr: '' });
  expect(readFileSync(path, 'utf8')).toContain('programs = [ "php-fpm"');
});

test('the module describes each option, and adds to units and variables that there are', () => {
  const { options, config } = evaluateModule();
  const { ship, ...others } = options;
  const described = [...Object.values(others), ...Object.values(ship as Record<string, Option>)];
  expect(described.filter(({ description }) => !description)).toEqual([]);
  const { services, timers } = config.systemd;
  const units = [
    ...Object.keys(services).map((name) => `${name}.service`),
    ...Object.keys(timers).map((name) => `${name}.timer`),
  ];
  expect(units).toHaveLength(3);
  expect(units.filter((name) => !existsSync(join('packaging/systemd', name)))).toEqual([]);
  const variables = connectionOptions().map(({ envVar }) => envVar);
  expect(variables).toEqual(
    expect.arrayContaining(Object.keys(services['psusage-ship']?.environment ?? {})),
  );
});
