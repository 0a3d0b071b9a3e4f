import type Database from 'better-sqlite3';
import { MS_PER_DAY, QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import type { CopiedTable } from './copy-table.js';
import type { Key } from './btree-page.js';

/** Quarter-hours, each by its beginning in ms since 1970. */
export interface ReconciledSums {
  /** Their sums were lost, and are made from their records, all of which are there. */
  rebuilt: number[];
  /** Neither their sums nor their records can be believed. */
  gaps: number[];
}

interface Run {
  runId: number;
  stretches: Stretch[];
}

interface Stretch {
  fromMs: number;
  toMs: number;
}

/** A run that seems to have lasted for longer is damage. */
const MAX_RUN_MS = 20 * 365 * MS_PER_DAY;

/**
 * Makes sums that were lost from their records, and finds the quarter-hours of which that can't be done. Sums that
 * could be read are as they were, and so are records; where the two don't say the same, one of them is damage that
 * nothing else shows.
 *
 * @param prunedUntilMs records that ended before are not all there, though nothing was lost; undefined where that
 * moment was lost itself
 */
export function reconcileSums(
  db: Database.Database,
  copied: { usage: CopiedTable; credit: CopiedTable },
  prunedUntilMs: number | undefined,
): ReconciledSums {
  const runs = readRuns(db);
  const isSumLost = lostSums(copied.usage);
  const isRecordLost = lostRecords(copied.credit);
  const differing = prunedUntilMs === undefined ? new Set() : differingQuarters(db, prunedUntilMs);
  const reconciled: ReconciledSums = { rebuilt: [], gaps: [] };
  for (const quarterMs of recordedQuarters(runs)) {
    const hasRecords = prunedUntilMs !== undefined && quarterMs >= prunedUntilMs;
    const [sumLost, recordLost] = [isSumLost(quarterMs), !hasRecords || isRecordLost(quarterMs)];
    if (sumLost && recordLost) reconciled.gaps.push(quarterMs);
    else if (!differing.has(quarterMs)) continue;
    else if (sumLost) reconciled.rebuilt.push(quarterMs);
    else if (!recordLost) reconciled.gaps.push(quarterMs);
  }
  rebuild(db, reconciled.rebuilt);
  noteGaps(db, runs, reconciled.gaps);
  return reconciled;
}

/** Where a row of sums is missing, any of the quarter-hours may have had it between those that are there. */
function lostSums({ lost, refused }: CopiedTable): (quarterMs: number) => boolean {
  const quarters = new Set(refused.map((row) => row['quarter_ms']));
  const quarterIn = (key: Key | undefined, otherwise: number) =>
    typeof key === 'object' ? Number(key[0]) : otherwise;
  const stretches = lost.map(({ after, upTo }) => ({
    fromMs: quarterIn(after, -Infinity),
    toMs: quarterIn(upTo, Infinity),
  }));
  return (quarterMs) =>
    quarters.has(quarterMs) ||
    stretches.some(({ fromMs, toMs }) => quarterMs >= fromMs && quarterMs <= toMs);
}

/** A record lies within one quarter-hour, and indexes know when those began that are missing. */
function lostRecords({ lost, refused, missing }: CopiedTable): (quarterMs: number) => boolean {
  if (lost.length > 0 && missing === undefined) return () => true;
  const rows = [...refused, ...(missing?.values() ?? [])];
  const quarters = new Set(rows.map((row) => startOfQuarter(Number(row['from_ms']))));
  return (quarterMs) => quarters.has(quarterMs);
}

function differingQuarters(db: Database.Database, prunedUntilMs: number): Set<unknown> {
  const quarters = db
    .prepare<[{ prunedUntilMs: number }], number>(
      `WITH
         record AS (
           SELECT (to_ms - 1) / ${QUARTER_HOUR_MS} * ${QUARTER_HOUR_MS} AS quarter_ms, user_id, program_id, command_id,
             sum(cpu_ms) AS cpu_ms, sum(cpu_ms * unseen) AS unseen_ms
           FROM credit WHERE to_ms > @prunedUntilMs GROUP BY 1, 2, 3, 4)
       SELECT DISTINCT quarter_ms
       FROM record FULL JOIN usage USING (quarter_ms, user_id, program_id, command_id)
       WHERE quarter_ms >= @prunedUntilMs
         AND (ifnull(record.cpu_ms, 0) <> ifnull(usage.cpu_ms, 0)
           OR ifnull(record.unseen_ms, 0) <> ifnull(usage.unseen_cpu_ms, 0))`,
    )
    .pluck()
    .all({ prunedUntilMs });
  return new Set(quarters);
}

/** A process counts in the quarter-hour of its first record as started, in later ones as taken over. */
function rebuild(db: Database.Database, quarters: readonly number[]): void {
  const clear = db.prepare<[{ quarterMs: number }]>(
    'UPDATE usage SET cpu_ms = 0, unseen_cpu_ms = 0 WHERE quarter_ms = @quarterMs',
  );
  const sum = db.prepare<[{ quarterMs: number }]>(
    `INSERT INTO usage
       (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over)
     SELECT @quarterMs, user_id, program_id, command_id, sum(cpu_ms), sum(cpu_ms * unseen),
       count(DISTINCT iif(is_first, process_id, NULL)), count(DISTINCT iif(is_first, NULL, process_id))
     FROM (
       SELECT *, NOT EXISTS (
         SELECT 1 FROM credit AS earlier
         WHERE earlier.process_id = credit.process_id AND earlier.from_ms < @quarterMs) AS is_first
       FROM credit WHERE from_ms >= @quarterMs AND from_ms < @quarterMs + ${QUARTER_HOUR_MS})
     WHERE true GROUP BY user_id, program_id, command_id
     ON CONFLICT DO UPDATE SET cpu_ms = excluded.cpu_ms, unseen_cpu_ms = excluded.unseen_cpu_ms`,
  );
  db.transaction(() => {
    for (const quarterMs of quarters) {
      // What is left of them may be damaged: then no record is of the same user and programs.
      clear.run({ quarterMs });
      sum.run({ quarterMs });
    }
  })();
}

/** In each run that recorded then: what another has recorded of the quarter-hour is lost too. */
function noteGaps(db: Database.Database, runs: readonly Run[], quarters: readonly number[]): void {
  const insert = db.prepare<[number, number, number, number]>(
    `INSERT INTO gap (run_id, from_ms, to_ms, duration_ms, reason) VALUES (?, ?, ?, ?, 'damaged')`,
  );
  db.transaction(() => {
    for (const { fromMs, toMs } of toStretches(quarters)) {
      const isWithin = (run: Stretch) => run.fromMs < toMs && run.toMs >= fromMs;
      for (const { runId, stretches } of runs) {
        if (stretches.some(isWithin)) insert.run(runId, fromMs, toMs, toMs - fromMs);
      }
    }
  })();
}

/** Quarter-hours that follow one another, as one stretch. */
export function toStretches(quarters: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const quarterMs of quarters) {
    const last = stretches.at(-1);
    if (last?.toMs === quarterMs) last.toMs += QUARTER_HOUR_MS;
    else stretches.push({ fromMs: quarterMs, toMs: quarterMs + QUARTER_HOUR_MS });
  }
  return stretches;
}

/** The quarter-hours in which a recorder ran, in order. */
function recordedQuarters(runs: readonly Run[]): number[] {
  const quarters = new Set<number>();
  for (const { fromMs, toMs } of runs.flatMap((run) => run.stretches)) {
    for (let at = startOfQuarter(fromMs); at <= toMs; at += QUARTER_HOUR_MS) quarters.add(at);
  }
  return [...quarters].sort((a, b) => a - b);
}

/** Each run by what the wall clock showed meanwhile: in one stretch, unless the clock was set. */
function readRuns(db: Database.Database): Run[] {
  const steps = db.prepare<[number], { before_ms: number; after_ms: number }>(
    'SELECT before_ms, after_ms FROM clock_step WHERE run_id = ? ORDER BY step_id',
  );
  const runs = db.prepare<[], { runId: number; fromMs: number; toMs: number }>(
    `SELECT run_id AS runId, started_ms AS fromMs, last_tick_ms AS toMs FROM recorder_run
     WHERE last_tick_ms IS NOT NULL`,
  );
  return runs.all().map(({ runId, fromMs, toMs }) => {
    const set = steps.all(runId);
    const starts = [fromMs, ...set.map((step) => step.after_ms)];
    const ends = [...set.map((step) => step.before_ms), toMs];
    const stretches = starts.map((startMs, at) => ({ fromMs: startMs, toMs: ends[at] ?? startMs }));
    return { runId, stretches: stretches.filter((each) => each.toMs - each.fromMs < MAX_RUN_MS) };
  });
}
