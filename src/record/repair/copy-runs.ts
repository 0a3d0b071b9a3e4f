import type Database from 'better-sqlite3';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import { type NumberedTable, readableRows } from './read-rows.js';
import { GAPS, type OldRun, RUNS, STEPS } from './tables.js';

export interface CopiedRuns {
  counts: TableCount[];
  /** Whether the journal wrote one of them itself: one file is a copy of the other, as it once was. */
  areShared: boolean;
}

/**
 * Copies runs with their gaps and clock steps. They get numbers below all others: the last run is the
 * one with the highest. One that had not ended, or whose end is unreadable, ends at its last tick.
 */
export function copyRuns(
  from: Database.Database,
  to: Database.Database,
  names: CopiedNames,
): CopiedRuns {
  const runs = countOf('recorder_run');
  const newIds = new Map<number, number>();
  const rows = [...readableRows<OldRun>(from, RUNS, runs)].flat().reverse();
  const find = to
    .prepare<[{ bootId: number; pid: number; startedMs: number }], number>(
      `SELECT run_id FROM recorder_run
       WHERE boot_id = @bootId AND pid = @pid AND started_ms = @startedMs`,
    )
    .pluck();
  let areShared = false;
  const insert = to.prepare<[OldRun]>(`
    INSERT INTO recorder_run (${RUNS.columns.join(', ')})
    VALUES (${RUNS.columns.map((column) => `@${column}`).join(', ')})`);
  let nextId = lowest(to, 'SELECT min(run_id) FROM recorder_run') - 1;
  to.transaction(() => {
    for (const row of rows) {
      const bootId = names.bootId(row.boot_id);
      if (bootId === undefined) {
        runs.leftOut += 1;
        continue;
      }
      const knownId = find.get({ bootId, pid: row.pid, startedMs: row.started_ms });
      if (knownId !== undefined) {
        // What is copied has numbers below 1.
        areShared ||= knownId >= 1;
        newIds.set(row.run_id, knownId);
        runs.known += 1;
        continue;
      }
      const inserted = insertRow(insert, { ...ended(row), run_id: nextId, boot_id: bootId });
      runs[inserted] += 1;
      if (inserted !== 'copied') continue;
      newIds.set(row.run_id, nextId);
      nextId -= 1;
    }
  }).immediate();
  const gaps = copyOfRuns(from, to, GAPS, newIds);
  const steps = copyOfRuns(from, to, STEPS, newIds);
  return { counts: [runs, gaps, steps], areShared };
}

function ended(run: OldRun): OldRun {
  if (run.ended_ms !== null) return run;
  return { ...run, ended_ms: run.last_tick_ms ?? run.started_ms, end_reason: 'crashed' };
}

/** What belongs to a run goes with it, unless the same is there. */
function copyOfRuns(
  from: Database.Database,
  to: Database.Database,
  table: NumberedTable,
  newIds: ReadonlyMap<number, number>,
): TableCount {
  const count = countOf(table.name);
  const columns = table.columns.filter((column) => column !== table.key);
  const insert = to.prepare<[Record<string, unknown>]>(`
    INSERT INTO ${table.name} (${columns.join(', ')})
    VALUES (${columns.map((column) => `@${column}`).join(', ')})`);
  const isThere = to.prepare<[Record<string, unknown>]>(
    `SELECT 1 FROM ${table.name} WHERE ${columns.map((column) => `${column} IS @${column}`).join(' AND ')}`,
  );
  for (const rows of readableRows<Record<string, unknown> & { run_id: number }>(
    from,
    table,
    count,
  )) {
    to.transaction(() => {
      for (const row of rows) {
        const runId = newIds.get(row.run_id);
        const copied = { ...row, run_id: runId };
        if (runId === undefined) count.leftOut += 1;
        else if (isThere.get(copied) !== undefined) count.known += 1;
        else count[insertRow(insert, copied)] += 1;
      }
    }).immediate();
  }
  return count;
}

function lowest(db: Database.Database, sql: string): number {
  return Math.min(1, db.prepare<[], number | null>(sql).pluck().get() ?? 1);
}
