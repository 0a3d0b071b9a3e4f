import type Database from 'better-sqlite3';
import type { Span } from '../spans.js';

/** CPU time by the quarter-hour of UTC, in milliseconds; those in which there was none may lack. */
export type CpuMsByQuarter = ReadonlyMap<number, number>;

export interface UserQuarters {
  uid: number;
  name: string;
  /** A quarter-hour in which the user had processes is there, even where they used nothing. */
  cpuMs: CpuMsByQuarter;
}

/** What each user spent in each quarter-hour of a stretch; users without any are left out. */
export function readUserQuarters(db: Database.Database, within: Span): UserQuarters[] {
  const rows = db
    .prepare<Span, [quarterMs: number, uid: number, cpuMs: number]>(
      `SELECT quarter_ms, uid, sum(cpu_ms) FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs
       GROUP BY quarter_ms, uid`,
    )
    .raw()
    .iterate(within);
  const byUid = new Map<number, Map<number, number>>();
  for (const [quarterMs, uid, cpuMs] of rows) {
    const quarters = byUid.get(uid) ?? new Map<number, number>();
    byUid.set(uid, quarters.set(quarterMs, cpuMs));
  }
  const readName = db.prepare<[number], string>('SELECT name FROM user WHERE uid = ?').pluck();
  return [...byUid].map(([uid, cpuMs]) => ({ uid, name: readName.get(uid) ?? String(uid), cpuMs }));
}

/** What all processes together spent in each quarter-hour, and the recorder itself on top. */
export function readHostQuarters(db: Database.Database, within: Span): CpuMsByQuarter {
  const rows = db
    .prepare<Span, [quarterMs: number, cpuMs: number]>(
      `SELECT quarter_ms, sum(cpu_ms) FROM (
         SELECT quarter_ms, sum(cpu_ms) AS cpu_ms FROM usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs GROUP BY quarter_ms
         UNION ALL
         SELECT quarter_ms, cpu_ms FROM recorder_usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs
       )
       GROUP BY quarter_ms`,
    )
    .raw()
    .all(within);
  return new Map(rows);
}
