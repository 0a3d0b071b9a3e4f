import type Database from 'better-sqlite3';

/** Something that must hold in a journal, looked at from outside. */
export interface JournalCheck {
  readonly name: string;
  /** Rows that break it, as JSON; none is well. At most ten. */
  readonly broken: readonly string[];
}

const MOST_SHOWN = 10;

/** Each selects the rows that break the rule that names it. */
const RULES: Record<string, string> = {
  'no two lifecycles of a boot and pid may have started at the same time': `
    SELECT a.process_id AS one, b.process_id AS other, a.pid
    FROM process a JOIN process b
      ON b.boot_id = a.boot_id AND b.pid = a.pid AND b.process_id > a.process_id
    WHERE a.start_low_boot_ms <= b.start_high_boot_ms
      AND b.start_low_boot_ms <= a.start_high_boot_ms`,
  'only the last lifecycle of a pid still lives': `
    SELECT a.process_id AS one, b.process_id AS other, a.pid
    FROM process a JOIN process b
      ON b.boot_id = a.boot_id AND b.pid = a.pid AND b.process_id > a.process_id
    WHERE a.ended_ms IS NULL`,
  "a lifecycle's records add up to its CPU time less its prior CPU time": `
    SELECT process_id, cpu_ms, prior_cpu_ms, records_ms FROM (
      SELECT process_id, cpu_ms, prior_cpu_ms, (
        SELECT ifnull(sum(credit.cpu_ms), 0) FROM credit
        WHERE credit.process_id = process.process_id AND unseen = 0) AS records_ms
      FROM process)
    WHERE records_ms <> cpu_ms - prior_cpu_ms`,
  'the sums of a quarter-hour are those of its records': `
    WITH
      record AS (
        SELECT (to_ms - 1) / 900000 * 900000 AS quarter_ms, user_id, program_id, command_id,
          sum(cpu_ms) AS cpu_ms, sum(cpu_ms * unseen) AS unseen_ms
        FROM credit GROUP BY 1, 2, 3, 4)
    SELECT quarter_ms, user_id, program_id, command_id, record.cpu_ms AS records_ms,
      usage.cpu_ms AS usage_ms
    FROM record FULL JOIN usage USING (quarter_ms, user_id, program_id, command_id)
    WHERE ifnull(record.cpu_ms, 0) <> ifnull(usage.cpu_ms, 0)
      OR ifnull(record.unseen_ms, 0) <> ifnull(usage.unseen_cpu_ms, 0)`,
  'no record overlaps another of the same lifecycle': `
    SELECT a.credit_id AS one, b.credit_id AS other, a.process_id
    FROM credit a JOIN credit b ON b.process_id = a.process_id AND b.credit_id > a.credit_id
    WHERE a.unseen = 0 AND b.unseen = 0 AND a.from_ms < b.to_ms AND b.from_ms < a.to_ms`,
  'no record crosses a quarter-hour': `
    SELECT credit_id, from_ms, to_ms FROM credit
    WHERE from_ms / 900000 <> (to_ms - 1) / 900000`,
  'each lifecycle is counted as started once': `
    SELECT lifecycles, started FROM
      (SELECT count(*) AS lifecycles FROM process),
      (SELECT total(started) AS started FROM usage)
    WHERE lifecycles <> started`,
  'only the last run may not have ended': `
    SELECT run_id FROM recorder_run
    WHERE ended_ms IS NULL AND run_id < (SELECT max(run_id) FROM recorder_run)`,
  'a lifecycle that ended has no open record': `
    SELECT credit_id, process_id FROM credit JOIN process USING (process_id)
    WHERE state = 0 AND process.ended_ms IS NOT NULL`,
  'a lifecycle that lives is followed': `
    SELECT process_id FROM process
    WHERE ended_ms IS NULL AND process_id NOT IN (SELECT process_id FROM followed WHERE condition = 'alive')`,
};

/** Checks a journal with SQL of its own, in one read transaction. */
export function checkJournal(db: Database.Database): JournalCheck[] {
  return db.transaction(() => [
    { name: 'the file is whole', broken: integrityFaults(db) },
    { name: 'no foreign key dangles', broken: rows(db, 'PRAGMA foreign_key_check') },
    ...Object.entries(RULES).map(([name, sql]) => ({ name, broken: rows(db, sql) })),
  ])();
}

function integrityFaults(db: Database.Database): string[] {
  const faults = rows(db, 'PRAGMA integrity_check');
  return faults.length === 1 && faults[0] === '{"integrity_check":"ok"}' ? [] : faults;
}

function rows(db: Database.Database, sql: string): string[] {
  const found: string[] = [];
  for (const row of db.prepare<[]>(sql).iterate()) {
    found.push(JSON.stringify(row));
    if (found.length === MOST_SHOWN) break;
  }
  return found;
}
