import type Database from 'better-sqlite3';

/** Makes the counters that a recorder would have beside these sums and runs. */
export function writeCounters(db: Database.Database): void {
  db.exec(`
    REPLACE INTO counter (user_id, program_id, cpu_ms, unseen_cpu_ms, last_quarter_ms)
      SELECT user_id, program_id, sum(cpu_ms), sum(unseen_cpu_ms), max(quarter_ms) FROM usage
      WHERE cpu_ms > 0 GROUP BY user_id, program_id;
    REPLACE INTO host_counter (only, cpu_ms, recorder_cpu_ms, recorded_ms)
      SELECT 1, total(cpu_ms), (SELECT total(cpu_ms) FROM recorder_usage),
        (SELECT total(last_tick_ms - started_ms) FROM recorder_run) - (SELECT total(duration_ms) FROM gap)
      FROM usage`);
}
