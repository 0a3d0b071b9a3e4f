import type Database from 'better-sqlite3';
import { type JournalGrouping, KEY_COLUMNS } from './grouping.js';
import { prepareSums } from './usage.js';
import type { Span } from '../../shared/days.js';

/** What one user, program or command used on each day. */
export interface KeyDays {
  id: number;
  /** Of a user. */
  uid: number | null;
  name: string;
  /** One for each day. */
  dailyCpuMs: number[];
}

/** What each key used on each of the days, those left out that used nothing on any. */
export function readDailySums(
  db: Database.Database,
  by: JournalGrouping,
  days: readonly Span[],
): KeyDays[] {
  const { names } = KEY_COLUMNS[by];
  const readSums = prepareSums(db, by);
  const readName = db.prepare<[number], Pick<KeyDays, 'uid' | 'name'>>(
    `SELECT uid, name FROM (${names}) WHERE id = ?`,
  );
  const byId = new Map<number, number[]>();
  for (const [at, day] of days.entries()) {
    for (const [key, cpuMs] of readSums(day)) {
      const dailyCpuMs = byId.get(key) ?? days.map(() => 0);
      byId.set(key, dailyCpuMs);
      dailyCpuMs[at] = cpuMs;
    }
  }
  return [...byId].map(([key, dailyCpuMs]) => ({
    id: key,
    ...(readName.get(key) ?? { uid: null, name: String(key) }),
    dailyCpuMs,
  }));
}

/**
 * What all used in each span.
 *
 * @param spans in order, without overlaps, from one quarter-hour of UTC to another
 */
export function readTotals(db: Database.Database, spans: readonly Span[]): number[] {
  const cpuMs = spans.map(() => 0);
  const [first, last] = [spans.at(0), spans.at(-1)];
  if (first === undefined || last === undefined) return cpuMs;
  const quarters = db
    .prepare<Span, [quarterMs: number, cpuMs: number]>(
      `SELECT quarter_ms, sum(cpu_ms) FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs
       GROUP BY quarter_ms ORDER BY quarter_ms`,
    )
    .raw();
  let at = 0;
  for (const [quarterMs, used] of quarters.iterate({ fromMs: first.fromMs, toMs: last.toMs })) {
    while ((spans[at]?.toMs ?? Infinity) <= quarterMs) at += 1;
    cpuMs[at] = (cpuMs[at] ?? 0) + used;
  }
  return cpuMs;
}
