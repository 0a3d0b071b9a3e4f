import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { generateJournal } from './generate.js';
import { faultsOf } from '../invariants.js';
import { temporaryFolder } from '../temporary-folder.js';

const LIFECYCLES = 6_000;
const DAYS = 2;
const TO_MS = Date.UTC(2026, 2, 31);
const SERVICES = 6;

function generated(seed: number): Database.Database {
  const path = join(temporaryFolder(), 'psusage.db');
  generateJournal(path, { lifecycles: LIFECYCLES, days: DAYS, toMs: TO_MS, seed });
  return new Database(path, { readonly: true });
}

let db: Database.Database;
beforeAll(() => {
  db = generated(1);
});

function numberOf(sql: string): unknown {
  return db.prepare(sql).pluck().get();
}

test('a generated journal is as sound as a recorded one', () => {
  expect(faultsOf(db)).toEqual({});
  expect(numberOf('SELECT sum(started) FROM usage')).toBe(numberOf('SELECT count(*) FROM process'));
});

test('a generated journal holds about as many lifecycles as were wanted, and services that live on', () => {
  const ended = Number(numberOf('SELECT count(*) FROM process WHERE ended_ms IS NOT NULL'));
  expect(Math.abs(ended / LIFECYCLES - 1)).toBeLessThan(0.1);
  expect(numberOf('SELECT count(*) FROM followed')).toBeGreaterThanOrEqual(SERVICES);
  expect(numberOf('SELECT count(*) FROM credit WHERE changed = 1')).toBeGreaterThan(0);
  expect(numberOf('SELECT count(*) FROM credit WHERE unseen = 1')).toBeGreaterThan(0);
});

test('a generated journal is the same for the same seed, and another for another', () => {
  const credits = (journal: Database.Database) =>
    journal.prepare('SELECT * FROM credit ORDER BY credit_id').raw().all();
  expect(credits(generated(1))).toEqual(credits(db));
  expect(credits(generated(2))).not.toEqual(credits(db));
});

test('an empty journal has runs, and saw nothing', () => {
  const path = join(temporaryFolder(), 'empty.db');
  generateJournal(path, { lifecycles: 0, days: DAYS, toMs: TO_MS });
  const empty = new Database(path, { readonly: true });
  expect(empty.prepare('SELECT count(*) FROM recorder_run').pluck().get()).toBe(1);
  expect(empty.prepare('SELECT count(*) FROM usage').pluck().get()).toBe(0);
});
