import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../../shared/journal/pruned.js';
import { MS_PER_DAY, startOfQuarter } from '../../shared/units.js';
import { measureCoverage } from '../models/coverage.js';
import { readRecorderCpuMs } from '../data/usage.js';
import { readFirstRecordedMs, readRuns } from '../data/runs.js';
import type { Facts } from './facts.js';
import { type Machine, readLastRun } from './read-run.js';
import { isEverShipped, readAttempt, readShipping } from './read-shipping.js';

/** How much the journal grows a day is told by its last week. */
const GROWTH_DAYS = 7;

/** Everything that is known of a journal now; of a million lifecycles in some tenths of a second at most. */
export function readFacts(db: Database.Database, path: string, machine: Machine): Facts {
  const { nowMs } = machine;
  const firstMs = readFirstRecordedMs(db);
  const within = { fromMs: Math.max(nowMs - MS_PER_DAY, firstMs ?? nowMs), toMs: nowMs };
  const count = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;
  // A difference: each of the two is counted in the smallest index that holds it.
  const creditRecords =
    count('SELECT count(*) FROM credit') - count('SELECT count(*) FROM credit WHERE state < 2');
  return {
    nowMs,
    run: readLastRun(db, machine),
    openProcesses: count("SELECT count(*) FROM followed WHERE condition = 'alive'"),
    creditRecords,
    coverage: measureCoverage(readRuns(db, within), within, nowMs),
    recorderCpuMs: readRecorderCpuMs(db, { fromMs: startOfQuarter(within.fromMs), toMs: nowMs }),
    journalBytes: readSize(path) + readSize(`${path}-wal`),
    bytesADay: firstMs === undefined ? null : readBytesADay(db, creditRecords, firstMs, nowMs),
    prunedUntilMs: readPrunedUntilMs(db) ?? null,
    shipping: isEverShipped(db)
      ? readShipping(db)
      : {
          destination: null,
          unshipped: creditRecords,
          acknowledgedMs: null,
          quarantined: 0,
          refused: null,
          attempt: readAttempt(db),
        },
  };
}

/** The share that the records of the last days have in all, of what the journal holds. */
function readBytesADay(
  db: Database.Database,
  creditRecords: number,
  firstMs: number,
  nowMs: number,
): number | null {
  const days = Math.min(GROWTH_DAYS, (nowMs - firstMs) / MS_PER_DAY);
  if (days < 1 || creditRecords === 0) return null;
  const newRecords =
    db
      .prepare<[number], number>('SELECT count(*) FROM credit WHERE from_ms >= ?')
      .pluck()
      .get(nowMs - days * MS_PER_DAY) ?? 0;
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }));
  const usedBytes = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  return Math.round((usedBytes * newRecords) / creditRecords / days);
}

function readSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
