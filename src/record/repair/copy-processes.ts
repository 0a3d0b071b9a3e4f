import type Database from 'better-sqlite3';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import type { Numbering } from './numbering.js';
import { readableRows } from './read-rows.js';
import { type OldProcess, PROCESSES } from './tables.js';

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
): TableCount {
  const count = countOf('process');
  const insert = to.prepare<[OldProcess]>(`
    INSERT INTO process (${PROCESSES.columns.join(', ')})
    VALUES (${PROCESSES.columns.map((column) => `@${column}`).join(', ')})`);
  const known = numbering.kind === 'appended' ? lifecyclesOf(to) : new Set<string>();
  const by = numbering.kind === 'appended' ? numbering.processesBy : 0;
  for (const rows of readableRows<OldProcess>(from, PROCESSES, count)) {
    to.transaction(() => {
      for (const row of rows) {
        const bootId = names.bootId(row.boot_id);
        if (bootId === undefined) {
          count.leftOut += 1;
        } else if (known.has(identityOf({ ...row, boot_id: bootId }))) {
          count.known += 1;
        } else {
          const { process_id, prior_cpu_ms } = row;
          const own = { process_id: process_id + by, boot_id: bootId, cpu_ms: prior_cpu_ms };
          count[insertRow(insert, { ...closed(row, lastTickMs), ...own })] += 1;
        }
      }
    }).immediate();
  }
  return count;
}

function closed(row: OldProcess, lastTickMs: number): OldProcess {
  if (row.ended_ms !== null) return row;
  return { ...row, ended_ms: Math.max(row.started_ms, lastTickMs), end_reason: 'lost' };
}

/** The lifecycles that the journal has: those of a file that was copied from it, or it from. */
function lifecyclesOf(db: Database.Database): Set<string> {
  const rows = db
    .prepare<[], Pick<OldProcess, 'boot_id' | 'pid' | 'started_ms'>>(
      'SELECT boot_id, pid, started_ms FROM process',
    )
    .all();
  return new Set(rows.map(identityOf));
}

function identityOf(row: Pick<OldProcess, 'boot_id' | 'pid' | 'started_ms'>): string {
  return `${row.boot_id} ${row.pid} ${row.started_ms}`;
}
