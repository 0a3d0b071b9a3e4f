import type Database from 'better-sqlite3';
import type { Span } from '../../src/shared/days.js';

/** When a recorder ran, and when it took no sample although it did. */
export interface RecorderRuns {
  readonly vcpus: number;
  /** In order, the first from the first quarter-hour on, the last up to the end. */
  readonly runs: readonly Span[];
  /** In order, each within a run. */
  readonly gaps: readonly Span[];
}

/** All the time in which no sample was taken: within runs and between them. */
export function listMissedSpans({ runs, gaps }: Pick<RecorderRuns, 'runs' | 'gaps'>): Span[] {
  const between = runs.slice(1).map(({ fromMs }, at) => ({
    fromMs: runs[at]?.toMs ?? fromMs,
    toMs: fromMs,
  }));
  return [...gaps, ...between];
}

/** The boot, and the runs of a recorder of the whole host. */
export function writeRuns(db: Database.Database, { vcpus, runs, gaps }: RecorderRuns): void {
  db.prepare("INSERT INTO boot (boot_id, kernel_boot_id) VALUES (1, 'generated')").run();
  const insertRun = db.prepare(
    `INSERT INTO recorder_run
       (boot_id, pid, version, host, vcpus, programs, users, forks, interval_ms, visibility, precision,
        anchor_ms, started_ms, last_tick_ms, last_tick_boot_ms, ended_ms, end_reason)
     VALUES (1, 900, '0.1.0', 'web1', ?, '[]', '[]', 1, 1000, 'all', 'cuu', ?, ?, ?, ?, ?, 'stopped')`,
  );
  const insertGap = db.prepare(
    "INSERT INTO gap (run_id, from_ms, to_ms, duration_ms, reason) VALUES (?, ?, ?, ?, 'ps')",
  );
  const anchorMs = runs[0]?.fromMs ?? 0;
  for (const { fromMs, toMs } of runs) {
    const runId = insertRun.run(
      vcpus,
      anchorMs,
      fromMs,
      toMs,
      toMs - anchorMs,
      toMs,
    ).lastInsertRowid;
    for (const gap of gaps.filter((each) => each.fromMs >= fromMs && each.toMs <= toMs)) {
      insertGap.run(runId, gap.fromMs, gap.toMs, gap.toMs - gap.fromMs);
    }
  }
}
