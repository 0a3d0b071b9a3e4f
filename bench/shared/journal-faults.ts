import type Database from 'better-sqlite3';
import { faultsOf } from '../../test/invariants.js';

const MOST_SHOWN = 10;

/** What must never be in a journal that a recorder alone has written, whatever was done to it. */
const FAULTS: Record<string, string> = {
  'a lifecycle that lives though its pid was given again': `
    SELECT a.process_id AS one, b.process_id AS other, a.pid
    FROM process a JOIN process b
      ON b.boot_id = a.boot_id AND b.pid = a.pid AND b.process_id > a.process_id
    WHERE a.ended_ms IS NULL`,
  'two lifecycles of one boot, pid and start, also where one replaced the other': `
    SELECT a.process_id AS one, b.process_id AS other, a.pid
    FROM process a JOIN process b
      ON b.boot_id = a.boot_id AND b.pid = a.pid AND b.process_id > a.process_id
    WHERE a.start_low_boot_ms <= b.start_high_boot_ms
      AND b.start_low_boot_ms <= a.start_high_boot_ms`,
  'records of one process that overlap': `
    SELECT a.credit_id AS one, b.credit_id AS other, a.process_id
    FROM credit a JOIN credit b ON b.process_id = a.process_id AND b.credit_id > a.credit_id
    WHERE a.unseen = 0 AND b.unseen = 0 AND a.from_ms < b.to_ms AND b.from_ms < a.to_ms`,
  'sums of unseen CPU time that differ from the records they are of': `
    SELECT records_ms, sums_ms FROM
      (SELECT total(cpu_ms) AS records_ms FROM credit WHERE unseen = 1),
      (SELECT total(unseen_cpu_ms) AS sums_ms FROM usage)
    WHERE records_ms <> sums_ms`,
  'a lifecycle that is not counted as started once': `
    SELECT lifecycles, started FROM
      (SELECT count(*) AS lifecycles FROM process),
      (SELECT total(started) AS started FROM usage)
    WHERE lifecycles <> started`,
  'a run before the last that has not ended': `
    SELECT run_id FROM recorder_run
    WHERE ended_ms IS NULL AND run_id < (SELECT max(run_id) FROM recorder_run)`,
};

/** What a journal holds that it must never hold, in words; at most ten rows of each fault. */
export function findFaults(db: Database.Database): string[] {
  return db.transaction(() => {
    const found = faultsOf(db, { clockWasSet: true });
    const own = Object.entries(FAULTS).map(([name, sql]) => [name, db.prepare(sql).all()] as const);
    return [...Object.entries(found), ...own].flatMap(([name, rows]) =>
      rows.slice(0, MOST_SHOWN).map((row) => `${name}: ${JSON.stringify(row)}`),
    );
  })();
}
