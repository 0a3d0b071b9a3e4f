import type Database from 'better-sqlite3';

/** Sums of days that differ from those of their quarter-hours. */
export const WRONG_DAYS = `
  SELECT day_ms, user_id, program_id, command_id FROM (
    SELECT * FROM usage_day
    UNION ALL
    SELECT quarter_ms - quarter_ms % 86400000, user_id, program_id, command_id,
      -1, -cpu_ms, -unseen_cpu_ms, -started, -uncertain_ms
    FROM usage
  )
  GROUP BY 1, 2, 3, 4
  HAVING min(quarters) >= 0 OR sum(quarters) <> 0 OR sum(cpu_ms) <> 0 OR sum(unseen_cpu_ms) <> 0
    OR sum(started) <> 0 OR sum(uncertain_ms) <> 0`;

/** Queries that find what must never be in a journal; each names its fault. */
const FAULTS: Record<string, string> = {
  'a lifecycle whose records do not add up to its CPU time': `
    SELECT process_id, cpu_ms - prior_cpu_ms AS own_ms, coalesce(records_ms, 0) AS records_ms
    FROM process
    LEFT JOIN (SELECT process_id, sum(cpu_ms) AS records_ms FROM credit WHERE unseen = 0 GROUP BY process_id)
      USING (process_id)
    WHERE own_ms <> coalesce(records_ms, 0)`,
  'sums that differ from the records they are of': `
    SELECT quarter_ms, user_id, program_id, command_id, sum(cpu_ms) AS difference_ms FROM (
      SELECT quarter_ms, user_id, program_id, command_id, cpu_ms FROM usage
      UNION ALL
      SELECT (to_ms - 1) / 900000 * 900000, user_id, program_id, command_id, -cpu_ms FROM credit
    ) GROUP BY 1, 2, 3, 4 HAVING difference_ms <> 0`,
  'sums of days that differ from those of their quarter-hours': WRONG_DAYS,
  'counters that differ from the sums they are of': `
    SELECT user_id, program_id, sum(cpu_ms) AS difference_ms, sum(unseen_cpu_ms) AS unseen_difference_ms FROM (
      SELECT user_id, program_id, cpu_ms, unseen_cpu_ms FROM counter
      UNION ALL
      SELECT user_id, program_id, -cpu_ms, -unseen_cpu_ms FROM usage
    ) GROUP BY 1, 2 HAVING difference_ms <> 0 OR unseen_difference_ms <> 0`,
  'a counter of the host that differs from its sums': `
    SELECT * FROM host_counter
    WHERE cpu_ms <> (SELECT total(cpu_ms) FROM usage) OR recorder_cpu_ms <> (SELECT total(cpu_ms) FROM recorder_usage)`,
  'a record that crosses a quarter-hour': `
    SELECT credit_id FROM credit WHERE from_ms / 900000 <> (to_ms - 1) / 900000`,
  'an open record of a process that ended': `
    SELECT credit_id FROM credit JOIN process USING (process_id)
    WHERE credit.state = 0 AND process.ended_ms IS NOT NULL`,
  'two open records of one process': `
    SELECT process_id FROM credit WHERE state = 0 GROUP BY process_id, unseen HAVING count(*) > 1`,
  'an ended process that is still followed': `
    SELECT process_id FROM followed JOIN process USING (process_id)
    WHERE condition = 'alive' AND ended_ms IS NOT NULL`,
  'a living process that is not followed': `
    SELECT process_id FROM process
    WHERE ended_ms IS NULL AND process_id NOT IN (SELECT process_id FROM followed WHERE condition = 'alive')`,
  'two lifecycles of one boot, pid and start': `
    SELECT a.process_id, b.process_id FROM process AS a JOIN process AS b
      ON a.boot_id = b.boot_id AND a.pid = b.pid AND a.process_id < b.process_id
    WHERE a.start_low_boot_ms <= b.start_high_boot_ms AND b.start_low_boot_ms <= a.start_high_boot_ms
      AND a.end_reason <> 'replaced'`,
};

/** Records of one process that overlap; only a wall clock that was set back makes them. */
const OVERLAPS = `
  SELECT a.credit_id, b.credit_id FROM credit AS a JOIN credit AS b USING (process_id)
  WHERE a.credit_id < b.credit_id AND a.unseen = b.unseen AND a.from_ms < b.to_ms AND b.from_ms < a.to_ms`;

/** What a journal holds that it must never hold, by the fault's name; empty for a sound one. */
export function faultsOf(
  db: Database.Database,
  options: { clockWasSet?: boolean } = {},
): Record<string, unknown[]> {
  const queries = options.clockWasSet
    ? FAULTS
    : { ...FAULTS, 'records of one process that overlap': OVERLAPS };
  const found = Object.entries(queries).flatMap(([fault, sql]) => {
    const rows = db.prepare(sql).all();
    return rows.length > 0 ? [[fault, rows] as const] : [];
  });
  const integrity = db.pragma('integrity_check', { simple: true });
  const foreign = db.pragma('foreign_key_check') as unknown[];
  if (integrity !== 'ok') found.push(['integrity_check', [integrity]]);
  if (foreign.length > 0) found.push(['foreign_key_check', foreign]);
  return Object.fromEntries(found);
}
