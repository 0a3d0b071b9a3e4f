import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CLI, startCli } from './cli.js';
import { temporaryFolder } from './temporary-folder.js';

const WHOLE_BYTES = 1_000_000;
const WHOLE = /^psusage-\w+\.cjs\.v\d+\.\d+\.\d+\.cache$/;

interface Installation {
  cli: string;
  /** In the folder of the program: of the cache, or of what is not finished. */
  caches: () => string[];
  cache: () => string;
}

/** As it is before its first run. */
function install(): Installation {
  const folder = join(temporaryFolder(), 'dist');
  cpSync(join(CLI, '..'), folder, { recursive: true, filter: (path) => !path.includes('.cache') });
  const caches = () => readdirSync(folder).filter((name) => name.includes('.cache'));
  return {
    cli: join(folder, 'cli.cjs'),
    caches,
    cache: () => {
      expect(caches()).toEqual([expect.stringMatching(WHOLE)]);
      return join(folder, caches()[0] ?? '');
    },
  };
}

async function runsWell({ cli }: Installation, as: { uid?: number } = {}): Promise<void> {
  const run = startCli(['completion', 'bash'], {}, { cli, ...as });
  expect(await run.ended, run.stderr()).toBe(0);
  expect(run.stdout()).toContain('complete -F');
  expect(run.stderr()).toBe('');
}

test('the first run keeps what V8 compiled, for every command and user, and the next ones use it', async () => {
  const installed = install();
  await runsWell(installed);
  const cache = installed.cache();
  const { ino, size, mode } = statSync(cache);
  expect(size).toBeGreaterThan(WHOLE_BYTES);
  expect(mode & 0o777).toBe(0o644);
  await runsWell(installed);
  expect(statSync(installed.cache()).ino).toBe(ino);
});

test.each<[string, (cache: string) => void]>([
  [
    'cut off',
    (cache) => {
      truncateSync(cache, WHOLE_BYTES);
    },
  ],
  [
    'empty',
    (cache) => {
      truncateSync(cache);
    },
  ],
  [
    'another program’s',
    (cache) => {
      writeFileSync(cache, 'cache');
    },
  ],
  [
    'another V8’s',
    (cache) => {
      writeFileSync(cache, withOtherVersion(readFileSync(cache)));
    },
  ],
])('a cache that is %s is not used, and the run after makes it anew', async (_, spoil) => {
  const installed = install();
  await runsWell(installed);
  spoil(installed.cache());
  await runsWell(installed);
  await runsWell(installed);
  expect(statSync(installed.cache()).size).toBeGreaterThan(WHOLE_BYTES);
});

/** V8 begins with a magic number and a hash of its version. */
function withOtherVersion(cache: Buffer): Buffer {
  const VERSION_AT = 4;
  cache.writeUInt8(cache.readUInt8(VERSION_AT) ^ 1, VERSION_AT);
  return cache;
}

test('who may not write beside the program runs it without', async () => {
  const installed = install();
  const folder = join(installed.cli, '..');
  const paths = [join(folder, '..'), folder];
  onTestFinished(() => {
    for (const path of paths) chmodSync(path, 0o755);
  });
  for (const path of paths) chmodSync(path, 0o555);
  await runsWell(installed, process.getuid?.() === 0 ? { uid: 65_534 } : {});
  expect(installed.caches()).toEqual([]);
});

test('where there is no room for it the program runs, and nothing is left of it', () => {
  const installed = install();
  const { status, stdout } = spawnSync(
    'bash',
    ['-c', 'ulimit -f 100; "$@"', 'bash', process.execPath, installed.cli, '--help'],
    { encoding: 'utf8' },
  );
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: psusage');
  expect(installed.caches()).toEqual([]);
});

test('what is left of a cache where its run is killed has the ending by which caches are removed', async () => {
  const installed = install();
  const preload = join(installed.cli, '..', 'die.cjs');
  const die = `require('node:fs').renameSync = () => process.kill(process.pid, 'SIGKILL');`;
  writeFileSync(preload, die);
  const run = startCli(['--help'], { NODE_OPTIONS: `--require=${preload}` }, installed);
  expect(await run.ended).toBe('SIGKILL');
  expect(installed.caches()).toEqual([expect.stringMatching(/\.\d+\.cache$/)]);
  await runsWell(installed);
  expect(installed.caches()).toHaveLength(2);
});

test('of many first runs at once, killed at any moment, none leaves a cache that is not whole', async () => {
  const installed = install();
  const killed = Array.from({ length: 8 }, async (_, nth) => {
    const run = startCli(['--help'], {}, { cli: installed.cli });
    await sleep(100 + 40 * nth);
    run.child.kill('SIGKILL');
    await run.ended;
    return installed.caches().filter((name) => WHOLE.test(name));
  });
  for (const names of await Promise.all(killed))
    for (const name of names)
      expect(statSync(join(installed.cli, '..', name)).size).toBeGreaterThan(WHOLE_BYTES);
  await runsWell(installed);
});
