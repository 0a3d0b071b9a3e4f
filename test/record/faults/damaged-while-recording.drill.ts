import { openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { until } from '../../cli.js';
import { faultsOf } from '../../invariants.js';
import { burn, newJournal, number, PROGRAM, query, record, TICKED } from '../recording.js';
import { checkpoint } from './journal-files.js';

const LOG_HEADER_BYTES = 32;
const USED = 'SELECT sum(cpu_ms) FROM usage';
const RECORDS = 'SELECT count(*) FROM credit';

function overwriteAllButHeader(journal: string): void {
  const length = statSync(journal).size - 4_096;
  writeSync(openSync(journal, 'r+'), Buffer.alloc(length, 0xa5), 0, length, 4_096);
}

test.each<[string, (journal: string) => void]>([
  [
    'overwritten',
    (journal) => {
      checkpoint(journal);
      overwriteAllButHeader(journal);
    },
  ],
  [
    'cut off',
    (journal) => {
      checkpoint(journal);
      truncateSync(journal, 8_192);
    },
  ],
])('goes on in a new journal when the old one was %s', async (_how, damage) => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  const pid = burn(folder, PROGRAM, 8);
  await until(() => number(journal, RECORDS) > 0);
  damage(journal);
  await until(() => recorder.stderr().includes('was set aside'), 20_000);
  await until(() => number(journal, RECORDS) > 0);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  const [aside] = readdirSync(folder).filter((name) => name.includes('.damaged-'));
  expect(aside).toMatch(/^psusage\.db\.damaged-\d{8}T\d{6}Z$/);
  expect(recorder.stderr()).toContain(`psusage salvage ${journal.replace(/[^/]*$/, '')}${aside}`);
  // What the old one has of the process is prior CPU time of it here.
  expect(
    query(journal, `SELECT pid, prior_cpu_ms > 0 AS had FROM process WHERE pid = ${pid}`),
  ).toEqual([{ pid, had: 1 }]);
});

test('a -wal that is overwritten while it is recorded leaves a sound journal, or another takes its place', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  burn(folder, PROGRAM, 60);
  await until(() => number(journal, RECORDS) > 0);
  checkpoint(journal);
  const usedMs = number(journal, USED);
  await until(() => number(journal, USED) > usedMs);
  // Nobody who has it open looks at checksums: a page that is not written again is what stands there.
  const log = `${journal}-wal`;
  const length = statSync(log).size - LOG_HEADER_BYTES;
  writeSync(openSync(log, 'r+'), Buffer.alloc(length, 0xa5), 0, length, LOG_HEADER_BYTES);
  recorder.child.kill('SIGTERM');
  await recorder.ended;
  const next = record(journal, [PROGRAM, '--for', '1s']);
  expect(await next.ended).toBe(0);
  const db = new Database(journal, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(faultsOf(db)).toEqual({});
  db.close();
});
