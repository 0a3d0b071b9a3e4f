import type Database from 'better-sqlite3';
import { writeCounters } from '../journals/counters.js';
import { RowWriter, Sums } from '../journals/rows.js';
import { QUARTER_HOUR_MS, startOfQuarter } from '../../src/shared/units.js';
import { insertRun } from './journal.js';

/** A complete credit record; the slice lies within one quarter-hour. */
export interface TestRecord {
  readonly pid: number;
  readonly uid: number;
  readonly user: string;
  readonly program: string;
  readonly command: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cpuMs: number;
  readonly ended: boolean;
  readonly unseen: boolean;
}

/** Records of one process, in order. */
interface Lifecycle {
  readonly first: TestRecord;
  last: TestRecord;
  cpuMs: number;
}

/** As the runs of `insertRun`, whose boot is at the beginning of 1970. */
const BOOTED_MS = 0;

/**
 * Writes records, the processes that they are of and the sums that a report reads, and a run of the
 * recorder over all of their quarter-hours; in one transaction, 100,000 of them in a second or two.
 *
 * Records of one pid are one lifecycle until one of them has `ended`; where none has, it lives on.
 * Each call has lifecycles of its own; all are of the boot that a `JournalBuilder` begins with. Their numbers follow the order in which they are given, in
 * which those of one pid go forward in time.
 */
export function insertRecords(db: Database.Database, records: readonly TestRecord[]): void {
  db.transaction(() => {
    insertUsers(db, records);
    insertOwnRun(db, records);
    const rows = new RowWriter(db, BOOTED_MS);
    const lifecycles = lifecyclesOf(records);
    const ids = new Map<Lifecycle, number>();
    for (const lifecycle of new Set(lifecycles)) ids.set(lifecycle, insertProcess(rows, lifecycle));
    const previous = new Map<number, TestRecord>();
    const sums = new Sums();
    records.forEach((record, at) => {
      const lifecycle = lifecycles[at];
      const processId = lifecycle === undefined ? undefined : ids.get(lifecycle);
      if (processId === undefined) throw new Error('a record without a process');
      insertCredit(rows, sums, record, { processId, before: previous.get(processId) });
      if (!record.unseen) previous.set(processId, record);
    });
    const quarters = new Set(records.map(({ toMs }) => startOfQuarter(toMs - 1)));
    for (const quarterMs of quarters) {
      for (const sum of sums.take(quarterMs)) rows.usage(quarterMs, sum);
    }
    writeCounters(db);
  })();
}

function insertUsers(db: Database.Database, records: readonly TestRecord[]): void {
  const insert = db.prepare(
    'INSERT INTO user (user_id, uid, name) VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name',
  );
  const users = new Map(records.map(({ uid, user }) => [uid, user]));
  for (const [uid, user] of users) insert.run(uid, uid, user);
}

function insertOwnRun(db: Database.Database, records: readonly TestRecord[]): void {
  if (records.length === 0) return;
  const fromMs = records.reduce((least, record) => Math.min(least, record.fromMs), Infinity);
  const toMs = records.reduce((most, record) => Math.max(most, record.toMs), -Infinity);
  insertRun(db, {
    from: new Date(startOfQuarter(fromMs)).toISOString(),
    to: new Date(startOfQuarter(toMs - 1) + QUARTER_HOUR_MS).toISOString(),
  });
}

/** The lifecycle of each record. */
function lifecyclesOf(records: readonly TestRecord[]): Lifecycle[] {
  const living = new Map<number, Lifecycle>();
  return records.map((record) => {
    const known = living.get(record.pid);
    const lifecycle = known ?? { first: record, last: record, cpuMs: 0 };
    living.set(record.pid, lifecycle);
    lifecycle.last = record;
    if (!record.unseen) lifecycle.cpuMs += record.cpuMs;
    if (record.ended) living.delete(record.pid);
    return lifecycle;
  });
}

function insertProcess(rows: RowWriter, { first, last, cpuMs }: Lifecycle): number {
  const { pid, fromMs: startedMs } = first;
  const endedMs = last.ended ? last.toMs : null;
  const processId = rows.process({ pid, startedMs, cpuMs, endedMs });
  if (!last.ended) rows.followed(processId, last, startOfQuarter(last.toMs));
  return processId;
}

/** @param of its process, and the last record of it that was seen */
function insertCredit(
  rows: RowWriter,
  sums: Sums,
  record: TestRecord,
  of: { processId: number; before: TestRecord | undefined },
): void {
  const { fromMs, toMs, cpuMs, ended, unseen } = record;
  const { processId, before } = of;
  const quarterMs = startOfQuarter(toMs - 1);
  const changed = before !== undefined && fromMs % QUARTER_HOUR_MS !== 0;
  const slice = { processId, fromMs, toMs, changed, estimated: false, ended };
  rows.credit({ ...slice, account: record, cpuMs, unseen });
  const sum = sums.of(quarterMs, record);
  sum.cpuMs += cpuMs;
  if (unseen) sum.unseenCpuMs += cpuMs;
  else if (before === undefined) sum.started += 1;
  else if (startOfQuarter(before.toMs - 1) < quarterMs) sum.takenOver += 1;
}
