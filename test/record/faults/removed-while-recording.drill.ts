import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { until } from '../../cli.js';
import { faultsOf } from '../../invariants.js';
import { burn, newJournal, number, PROGRAM, query, record, TICKED } from '../recording.js';
import { checkpoint } from './journal-files.js';

const RECORDS = 'SELECT count(*) FROM credit';

/** The recorder looks for its file each ten seconds. */
const LOOK_MS = 25_000;

async function recordBurning() {
  const { folder, journal } = newJournal();
  const state = join(folder, 'state', 'psusage.db');
  const recorder = record(state, [PROGRAM]);
  await until(() => number(state, TICKED) === 1);
  burn(folder, PROGRAM, 60);
  await until(() => number(state, RECORDS) > 0);
  return { folder, journal: state, other: journal, recorder };
}

test.each<[string, (journal: string) => void]>([
  ['alone', rmSync],
  [
    'with its folder',
    (journal) => {
      rmSync(dirname(journal), { recursive: true });
    },
  ],
])(
  'puts back a journal that was removed %s, with all that was in it',
  async (_, remove) => {
    const { journal, recorder } = await recordBurning();
    remove(journal);
    await until(() => recorder.stderr().includes('it was restored'), LOOK_MS);
    expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([{ end_reason: null }]);
    expect(existsSync(`${journal}-lock`)).toBe(true);
    recorder.child.kill('SIGTERM');
    expect(await recorder.ended).toBe(0);
    const db = new Database(journal, { readonly: true });
    expect(faultsOf(db)).toEqual({});
    expect(db.prepare('SELECT count(*) FROM recorder_run').pluck().get()).toBe(1);
    expect(db.prepare('SELECT min(prior_cpu_ms) FROM process').pluck().get()).toBe(0);
    expect(readdirSync(dirname(journal)).sort()).toEqual(['psusage.db', 'psusage.db-lock']);
    db.close();
  },
  40_000,
);

test('makes another write-ahead log when that is removed, and loses nothing of it', async () => {
  const { journal, recorder } = await recordBurning();
  rmSync(`${journal}-wal`);
  await until(() => recorder.stderr().includes('-wal file was removed'), LOOK_MS);
  expect(number(journal, TICKED)).toBe(1);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
}, 40_000);

test('ends when another file was put in the journal’s place, and saves what it had', async () => {
  const { other, journal, recorder } = await recordBurning();
  const another = new Database(other);
  another.exec('CREATE TABLE theirs (x)');
  another.close();
  checkpoint(journal);
  renameSync(other, journal);
  expect(await recorder.ended).toBe(1);
  expect(recorder.stderr()).toContain('another file replaced the journal');
  const saved = /report --journal (\S+)/.exec(recorder.stderr())?.[1] ?? '';
  expect(number(saved, RECORDS)).toBeGreaterThan(0);
  const theirs = new Database(journal);
  expect(theirs.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['theirs']);
  theirs.close();
}, 40_000);
