import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readClockCorrection } from '../../../src/report/data/clock-set.js';
import { readEntered } from '../../../src/report/data/entered.js';
import { readFirstSampledQuarter } from '../../../src/report/data/usage.js';
import { openJournal } from '../../../src/shared/journal/open.js';
import { MS_PER_DAY, QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { pruneUntil } from './pruned.js';
import { BEGINS_MS, LIVES, writeLives } from './recorded-lives.js';

/** Each looks at some hundred stretches, three times; 250 of them were tried once. */
const RUNS = 10;

let db: Database.Database;
beforeEach(() => {
  db = openJournal(`${temporaryFolder()}/psusage.db`, 0);
  db.pragma('synchronous = OFF');
});
afterEach(() => {
  db.close();
});

/** What a report counts by records, of each stretch of whole half-hours and for each grouping. */
function everyReport(): unknown[] {
  const marks = Array.from({ length: 10 }, (_, at) => BEGINS_MS + (at - 1) * 2 * QUARTER_HOUR_MS);
  const stretches = marks.flatMap((fromMs, at) =>
    marks.slice(at + 1).map((toMs) => ({ fromMs, toMs })),
  );
  return stretches.flatMap((within) => {
    const firstMs = readFirstSampledQuarter(db, within);
    return (['user', 'program', 'command'] as const).map((by) => ({
      within,
      by,
      entered: [...readEntered(db, by, within, firstMs, null)].sort(),
      clock: readClockCorrection(db, by, within, firstMs, null),
    }));
  });
}

it('reports of pruned days are what they were, processes included, whatever lived and however the clock was set', () => {
  fc.assert(
    fc.property(
      LIVES,
      fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 2 }),
      (lives, at) => {
        empty();
        writeLives(db, lives);
        const before = everyReport();
        for (const steps of [...at].sort((a, b) => a - b)) {
          pruneUntil(db, BEGINS_MS + (steps * QUARTER_HOUR_MS) / 3);
          expect(everyReport()).toEqual(before);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

it('a busy life that goes on leaves few records of its old days', () => {
  empty();
  const doings = Array.from({ length: 300 }, () => ({
    busy: true,
    unseen: false,
    account: undefined,
  }));
  writeLives(db, { lives: [{ fromStep: 0, doings, ends: false }], clockSteps: [] });
  pruneUntil(db, BEGINS_MS + MS_PER_DAY);
  expect(count()).toBeLessThan(10);
});

it('a process that was idle for long and then goes over to another user is counted as if nothing was pruned', () => {
  empty();
  const idle = { busy: false, unseen: false, account: undefined };
  const busy = { ...idle, busy: true };
  const doings = [busy, ...Array.from({ length: 11 }, () => idle)];
  const life = { fromStep: 0, doings, ends: false };
  writeLives(db, { lives: [life, { ...life, fromStep: 1 }], clockSteps: [] });
  pruneUntil(db, BEGINS_MS + 2 * QUARTER_HOUR_MS);
  db.exec(`INSERT INTO credit SELECT NULL, process_id, user_id, program_id, command_id, from_ms + 9000000,
    to_ms + 9000000, cpu_ms, 2, 1, 0, 0, 0 FROM credit`);
  const within = { fromMs: BEGINS_MS, toMs: BEGINS_MS + MS_PER_DAY };
  expect(readEntered(db, 'user', within, BEGINS_MS, null).size).toBe(0);
});

function count(): unknown {
  return db
    .prepare('SELECT count(*) FROM credit WHERE from_ms < ?')
    .pluck()
    .get(BEGINS_MS + MS_PER_DAY);
}

function empty(): void {
  db.exec(`DELETE FROM credit; DELETE FROM process; DELETE FROM clock_step; DELETE FROM recorder_run;
    DELETE FROM usage; DELETE FROM user; DELETE FROM name; DELETE FROM pruning; DELETE FROM boot;
    INSERT INTO boot VALUES (1, 'a-boot');`);
}
