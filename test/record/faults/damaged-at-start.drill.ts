import { openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { until } from '../../cli.js';
import { faultsOf } from '../../invariants.js';
import { burn, newJournal, number, PROGRAM, record } from '../recording.js';

const HEADER_BYTES = 100;
const RUNS = 'SELECT count(*) FROM recorder_run';

async function recordForASecond(journal: string) {
  const recorder = record(journal, ['no-such-program', '--for', '1s']);
  return { code: await recorder.ended, stderr: recorder.stderr() };
}

test.each([
  ['whose header is gone', HEADER_BYTES],
  ['of which only the header is left', -HEADER_BYTES],
])('sets a journal aside %s, and begins a new one with the same access', async (_, bytes) => {
  const { folder, journal } = newJournal();
  await recordForASecond(journal);
  const { size } = statSync(journal);
  const from = bytes > 0 ? 0 : -bytes;
  const zeros = Buffer.alloc(bytes > 0 ? bytes : size - from);
  writeSync(openSync(journal, 'r+'), zeros, 0, zeros.length, from);
  const damaged = readFileSync(journal);
  const { code, stderr } = await recordForASecond(journal);
  expect(code).toBe(0);
  expect(stderr).toContain('the journal is damaged; it was set aside');
  expect(number(journal, RUNS)).toBe(1);
  expect(statSync(journal).mode & 0o777).toBe(0o640);
  const asides = readdirSync(folder).filter((name) => name.includes('.damaged-'));
  expect(asides).toHaveLength(1);
  expect(readFileSync(join(folder, asides[0] ?? '')).equals(damaged)).toBe(true);
});

test('goes on from what is whole of a -wal that was damaged after a kill', async () => {
  const { folder, journal } = newJournal();
  const killed = record(journal, [PROGRAM]);
  burn(folder, PROGRAM, 60);
  await until(() => number(journal, 'SELECT sum(cpu_ms) FROM usage') > 1_000, 25_000);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const log = `${journal}-wal`;
  const { size } = statSync(log);
  const half = Math.floor(size / 2);
  writeSync(openSync(log, 'r+'), Buffer.alloc(size - half, 0xa5), 0, size - half, half);
  const next = record(journal, [PROGRAM, '--for', '1s']);
  expect(await next.ended).toBe(0);
  expect(next.stderr()).not.toContain('set aside');
  const db = new Database(journal, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(faultsOf(db)).toEqual({});
  db.close();
});

test('leaves alone a file that never was a journal', async () => {
  const { folder, journal } = newJournal();
  writeFileSync(journal, 'a letter to somebody '.repeat(1_000));
  const { code, stderr } = await recordForASecond(journal);
  expect(code).toBe(1);
  expect(stderr).toContain('hint: this file is not a journal; name another with --journal');
  expect(readdirSync(folder).filter((name) => !name.endsWith('-lock'))).toEqual(['psusage.db']);
  expect(readFileSync(journal, 'utf8')).toMatch(/^a letter to somebody/);
});
