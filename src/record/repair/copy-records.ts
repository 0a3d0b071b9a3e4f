import type Database from 'better-sqlite3';
import { QUARTER_HOUR_MS, quarterOf } from '../../shared/units.js';
import type { Confirmation } from './confirm.js';
import { countOf, type TableCount } from './counts.js';
import { insertRow } from './insert.js';
import type { CopiedNames } from './names.js';
import { isNumbered, type Numbering } from './numbering.js';
import { readableRows } from './read-rows.js';
import type { CopiedShipping } from './shipping.js';
import { CREDITS, type OldCredit } from './tables.js';

const COMPLETE = 2;

/**
 * Copies the records that something confirms, each with its sums and its part of its process's CPU time,
 * so that the journal agrees with itself after each transaction. What was open becomes complete.
 *
 * @param copied of `prunedUntilMs`: sums up to there come as they are, most of their records were pruned
 */
export function copyRecords(
  from: Database.Database,
  to: Database.Database,
  copied: {
    names: CopiedNames;
    numbering: Numbering;
    /** Lifecycles that the journal has already, by their numbers in the damaged one. */
    knownProcesses: ReadonlyMap<number, number>;
    confirmation: Confirmation;
    shipping: CopiedShipping;
    prunedUntilMs: number;
  },
  progress: (count: TableCount) => void,
): TableCount {
  const { names, numbering, knownProcesses, confirmation, shipping, prunedUntilMs } = copied;
  const count = countOf('credit');
  const writer = prepare(to);
  const processesBy = numbering.kind === 'appended' ? numbering.processesBy : 0;
  const creditsBy = numbering.kind === 'appended' ? numbering.creditsBy : 0;
  const copyOne = (row: OldCredit) => {
    const programId = names.nameId(row.program_id);
    const commandId = names.nameId(row.command_id);
    if (programId === undefined || commandId === undefined) return 'leftOut';
    if (!isNumbered(numbering, row) || !confirmation.confirms(row)) return 'leftOut';
    const userId = names.userId(row.user_id);
    if (userId === undefined) return 'leftOut';
    const knownId = knownProcesses.get(row.process_id);
    const record = {
      ...row,
      credit_id: row.credit_id + creditsBy,
      process_id: knownId ?? row.process_id + processesBy,
      user_id: userId,
      program_id: programId,
      command_id: commandId,
      state: COMPLETE,
    };
    if (knownId !== undefined && writer.isThere.get(record) !== undefined) return 'known';
    const inserted = insertRow(writer.insert, record);
    if (inserted !== 'copied') return inserted;
    if (row.unseen === 0) writer.addToProcess.run(record);
    const quarter_ms = quarterOf(row.to_ms - 1);
    if (quarter_ms >= prunedUntilMs) {
      writer.addToSums.run({ ...record, quarter_ms, unseen_ms: row.unseen * row.cpu_ms });
    }
    shipping.settle(row.credit_id, record);
    return inserted;
  };
  for (const rows of readableRows<OldCredit>(from, CREDITS, count)) {
    to.transaction(() => {
      for (const row of rows) count[copyOne(row)] += 1;
      shipping.flush();
    }).immediate();
    progress(count);
  }
  return count;
}

function prepare(to: Database.Database) {
  return {
    insert: to.prepare<[OldCredit]>(`
      INSERT INTO credit (${CREDITS.columns.join(', ')})
      VALUES (${CREDITS.columns.map((column) => `@${column}`).join(', ')})`),
    /** Of one lifecycle two records are of two stretches of time. */
    isThere: to.prepare<[OldCredit]>(`
      SELECT 1 FROM credit WHERE process_id = @process_id AND unseen = @unseen
        AND from_ms > @from_ms - ${QUARTER_HOUR_MS} AND from_ms < @to_ms AND to_ms > @from_ms`),
    /** Of one that the journal still follows, it was prior CPU time there. */
    addToProcess: to.prepare<[OldCredit]>(`
      UPDATE process SET
        cpu_ms = cpu_ms + @cpu_ms - iif(ended_ms IS NULL, min(prior_cpu_ms, @cpu_ms), 0),
        prior_cpu_ms = prior_cpu_ms - iif(ended_ms IS NULL, min(prior_cpu_ms, @cpu_ms), 0),
        ended_ms = iif(end_reason = 'lost', max(ended_ms, @to_ms), ended_ms)
      WHERE process_id = @process_id`),
    addToSums: to.prepare<[OldCredit & { quarter_ms: number; unseen_ms: number }]>(`
      INSERT INTO usage
        (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over)
      VALUES (@quarter_ms, @user_id, @program_id, @command_id, @cpu_ms, @unseen_ms, 0, 0)
      ON CONFLICT DO UPDATE SET
        cpu_ms = cpu_ms + excluded.cpu_ms, unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms`),
  };
}
