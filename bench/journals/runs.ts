import type Database from 'better-sqlite3';
import { QUARTER_HOUR_MS } from '../../src/shared/units.js';

/** A recorder is stopped and started again, for an update, so often. */
const RUN_QUARTERS = 10 * 96;

/** Between two runs, and as long as a gap in the middle of each. */
const PAUSE_MS = 20_000;

/** The boot, and runs of a recorder on two vCPUs that cover the stretch but for short gaps. */
export function writeRuns(db: Database.Database, fromMs: number, toMs: number): void {
  db.prepare("INSERT INTO boot (boot_id, kernel_boot_id) VALUES (1, 'generated')").run();
  const run = db.prepare(
    `INSERT INTO recorder_run
       (boot_id, pid, version, host, vcpus, programs, users, forks, interval_ms, visibility, precision,
        anchor_ms, started_ms, last_tick_ms, last_tick_boot_ms, ended_ms, end_reason)
     VALUES (1, 900, '0.1.0', 'web1', 2, '[]', '[]', 1, 1000, 'all', 'cuu', ?, ?, ?, ?, ?, 'stopped')`,
  );
  const gap = db.prepare(
    "INSERT INTO gap (run_id, from_ms, to_ms, duration_ms, reason) VALUES (?, ?, ?, ?, 'ps')",
  );
  for (let ms = fromMs; ms < toMs; ms += RUN_QUARTERS * QUARTER_HOUR_MS) {
    const endMs = Math.min(ms + RUN_QUARTERS * QUARTER_HOUR_MS - PAUSE_MS, toMs);
    const runId = run.run(fromMs, ms, endMs, endMs - fromMs, endMs).lastInsertRowid;
    const gapMs = ms + (endMs - ms) / 2;
    gap.run(runId, gapMs, gapMs + PAUSE_MS, PAUSE_MS);
  }
}
