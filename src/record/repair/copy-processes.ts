import type Database from 'better-sqlite3';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import { isNumbered, type Numbering } from './numbering.js';
import { readableRows } from './read-rows.js';
import { type OldProcess, PROCESSES } from './tables.js';

/** What lifecycles are called in the journal. */
export interface CopiedProcesses {
  count: TableCount;
  /** Their numbers, by those in the damaged journal, where the journal has them already. */
  known: ReadonlyMap<number, number>;
}

/**
 * Copies lifecycles without their CPU time, which comes with their records. One that was followed until
 * the end is closed there as lost, though it may go on in the new journal as a lifecycle of its own.
 *
 * @param lastTickMs when the damaged journal's last sample was, as far as it can be read
 */
export function copyProcesses(
  from: Database.Database,
  to: Database.Database,
  names: CopiedNames,
  numbering: Numbering,
  lastTickMs: number,
): CopiedProcesses {
  const count = countOf('process');
  const insert = to.prepare<[OldProcess]>(`
    INSERT INTO process (${PROCESSES.columns.join(', ')})
    VALUES (${PROCESSES.columns.map((column) => `@${column}`).join(', ')})`);
  const there = numbering.kind === 'appended' ? lifecyclesOf(to) : new Map<string, number[]>();
  const known = new Map<number, number>();
  const by = numbering.kind === 'appended' ? numbering.processesBy : 0;
  for (const rows of readableRows<OldProcess>(from, PROCESSES, count)) {
    to.transaction(() => {
      for (const row of rows) {
        const bootId = names.bootId(row.boot_id);
        const knownId =
          bootId === undefined
            ? undefined
            : there.get(identityOf({ ...row, boot_id: bootId }))?.shift();
        if (bootId === undefined || !isNumbered(numbering, row)) {
          count.leftOut += 1;
        } else if (knownId !== undefined) {
          known.set(row.process_id, knownId);
          count.known += 1;
        } else {
          const { process_id, prior_cpu_ms } = row;
          const own = { process_id: process_id + by, boot_id: bootId, cpu_ms: prior_cpu_ms };
          count[insertRow(insert, { ...closed(row, lastTickMs), ...own })] += 1;
        }
      }
    }).immediate();
  }
  return { count, known };
}

function closed(row: OldProcess, lastTickMs: number): OldProcess {
  if (row.ended_ms !== null) return row;
  return { ...row, ended_ms: Math.max(row.started_ms, lastTickMs), end_reason: 'lost' };
}

/**
 * The lifecycles that the journal has: those of a file that was copied from it, or it from. One that goes
 * on in a journal that took another's place is there twice, in the same order in both.
 */
function lifecyclesOf(db: Database.Database): Map<string, number[]> {
  const ids = new Map<string, number[]>();
  const rows = db.prepare<[], Pick<OldProcess, 'process_id' | 'boot_id' | 'pid' | 'started_ms'>>(
    'SELECT process_id, boot_id, pid, started_ms FROM process ORDER BY process_id',
  );
  for (const row of rows.iterate()) {
    const identity = identityOf(row);
    const known = ids.get(identity);
    if (known === undefined) ids.set(identity, [row.process_id]);
    else known.push(row.process_id);
  }
  return ids;
}

function identityOf(row: Pick<OldProcess, 'boot_id' | 'pid' | 'started_ms'>): string {
  return `${row.boot_id} ${row.pid} ${row.started_ms}`;
}
