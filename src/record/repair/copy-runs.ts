import type Database from 'better-sqlite3';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import { type NumberedTable, readableRows } from './read-rows.js';
import { GAPS, type OldRun, RUNS, STEPS } from './tables.js';

/**
 * Copies runs with their gaps and clock steps. They get numbers below all others: the last run is the
 * one with the highest. One that had not ended, or whose end is unreadable, ends at its last tick.
 */
export function copyRuns(
  from: Database.Database,
  to: Database.Database,
  names: CopiedNames,
): TableCount[] {
  const runs = countOf('recorder_run');
  const newIds = new Map<number, number>();
  const rows = [...readableRows<OldRun>(from, RUNS, runs)].flat().reverse();
  const isKnown = to.prepare<[{ bootId: number; pid: number; startedMs: number }]>(
    'SELECT 1 FROM recorder_run WHERE boot_id = @bootId AND pid = @pid AND started_ms = @startedMs',
  );
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
      if (isKnown.get({ bootId, pid: row.pid, startedMs: row.started_ms }) !== undefined) {
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
  return [
    runs,
    copyOfRuns(from, to, GAPS, 'gap_id', newIds),
    copyOfRuns(from, to, STEPS, 'step_id', newIds),
  ];
}

function ended(run: OldRun): OldRun {
  if (run.ended_ms !== null) return run;
  return { ...run, ended_ms: run.last_tick_ms ?? run.started_ms, end_reason: 'crashed' };
}

/** What belongs to a run goes with it; it is known where the run is. */
function copyOfRuns(
  from: Database.Database,
  to: Database.Database,
  table: NumberedTable,
  key: string,
  newIds: ReadonlyMap<number, number>,
): TableCount {
  const count = countOf(table.name);
  const columns = table.columns.filter((column) => column !== key);
  const insert = to.prepare<[Record<string, unknown>]>(`
    INSERT INTO ${table.name} (${columns.join(', ')})
    VALUES (${columns.map((column) => `@${column}`).join(', ')})`);
  for (const rows of readableRows<Record<string, unknown> & { run_id: number }>(
    from,
    table,
    count,
  )) {
    to.transaction(() => {
      for (const row of rows) {
        const runId = newIds.get(row.run_id);
        if (runId === undefined) count.known += 1;
        else count[insertRow(insert, { ...row, run_id: runId })] += 1;
      }
    }).immediate();
  }
  return count;
}

function lowest(db: Database.Database, sql: string): number {
  return Math.min(1, db.prepare<[], number | null>(sql).pluck().get() ?? 1);
}
