import type Database from 'better-sqlite3';
import { MS_PER_DAY, QUARTER_HOUR_MS } from '../../shared/units.js';
import { readShippingState } from '../ship/shipping-state.js';
import type { Until } from './keep.js';

/** A complete credit record that is old enough, and what depends on it. */
export interface OldRecord {
  creditId: number;
  processId: number;
  bootId: number;
  fromMs: number;
  /** Begun by a change of user, program, command or wall clock. */
  changed: 0 | 1;
  /** The process has not ended. */
  isAlive: 0 | 1;
  /** Whether the process's next record is of another user, program or command; null where there is none. */
  nextDiffers: 0 | 1 | null;
  /** What it was last sent as; null where it was not. */
  pointId: number | null;
  /** A server has refused it. */
  refused: 0 | 1;
}

/** A stretch of wall time that a boot went through twice: the clock was set back from its end to its beginning. */
export interface RepeatedStretch {
  bootId: number;
  fromMs: number;
  toMs: number;
}

/** How far shipping has come; undefined where the journal was never shipped from. */
interface Shipped {
  passedCreditId: number;
  answeredPointId: number;
}

/** What the rule depends on beside the record. */
interface RetentionContext {
  shipped: Shipped | undefined;
  repeated: readonly RepeatedStretch[];
  /** Numbers are given out from the highest that is there: the newest rows stay, so that none is given out twice. */
  newest: { creditId: number; processId: number; pointId: number };
  /** Sums of before are pruned too, and no report needs a record of then. */
  sumsUntilMs: number;
}

/** What becomes of a record: it is deleted, or kept for what is said. */
type RetentionOutcome = 'delete' | 'unshipped' | 'refused' | 'referenced';

function applyRetentionRule(record: OldRecord, context: RetentionContext): RetentionOutcome {
  if (record.refused === 1) return 'refused';
  if (context.shipped !== undefined && !isShipped(record, context.shipped)) return 'unshipped';
  if (isNewest(record, context.newest)) return 'referenced';
  if (record.fromMs < context.sumsUntilMs) return 'delete';
  return isCounted(record, context.repeated) ? 'referenced' : 'delete';
}

function isShipped({ creditId, pointId }: OldRecord, shipped: Shipped): boolean {
  return creditId <= shipped.passedCreditId && (pointId ?? 0) <= shipped.answeredPointId;
}

function isNewest(record: OldRecord, newest: RetentionContext['newest']): boolean {
  return (
    record.creditId === newest.creditId ||
    (record.processId === newest.processId && record.isAlive === 0) ||
    record.pointId === newest.pointId
  );
}

/**
 * Reports count lifecycles that came to a user by a change: those whose first record of the period is one that a
 * change has begun. So the records on both sides of a change stay, and whatever may come to be followed by one; and
 * where the clock was set back, records of which the later is the earlier by the clock.
 */
function isCounted(record: OldRecord, repeated: readonly RepeatedStretch[]): boolean {
  const { changed, nextDiffers, isAlive, fromMs, bootId } = record;
  if (changed === 1 || nextDiffers === 1) return true;
  if (nextDiffers === null && isAlive === 1) return true;
  return repeated.some(
    (stretch) =>
      stretch.bootId === bootId &&
      fromMs >= stretch.fromMs - QUARTER_HOUR_MS &&
      fromMs <= stretch.toMs + QUARTER_HOUR_MS,
  );
}

/**
 * Records that are looked at in one transaction. More would keep a recorder waiting: of these the slowest
 * disk of bench/results/performance.md takes some milliseconds.
 */
const RECORDS_AT_A_TIME = 500;

/** What became of the records that were looked at, and how many processes went with their last one. */
export type RecordTally = Record<RetentionOutcome, number> & { processes: number };

export const NO_RECORDS: RecordTally = {
  delete: 0,
  unshipped: 0,
  refused: 0,
  referenced: 0,
  processes: 0,
};

/** Where the walk through the old records has come to: they are in the order of their beginnings. */
interface Reached {
  fromMs: number;
  creditId: number;
}

/** Old records by the time at which they began, some at a time. */
export class OldRecords {
  readonly tally: RecordTally = { ...NO_RECORDS };
  readonly #read: Database.Statement<[Reached & { untilMs: number }], OldRecord>;
  readonly #repeated: RepeatedStretch[];
  #reached: Reached = { fromMs: Number.MIN_SAFE_INTEGER, creditId: 0 };

  constructor(
    private readonly db: Database.Database,
    private readonly until: Until,
  ) {
    this.#repeated = readRepeatedStretches(db);
    this.#read = db.prepare(`
      SELECT
        credit.credit_id AS creditId, credit.process_id AS processId, process.boot_id AS bootId,
        credit.from_ms AS fromMs, credit.changed, process.ended_ms IS NULL AS isAlive,
        (
          SELECT next.changed = 1 OR (next.user_id, next.program_id, next.command_id)
            <> (credit.user_id, credit.program_id, credit.command_id)
          FROM credit AS next
          WHERE next.process_id = credit.process_id AND next.unseen = 0
            AND (next.from_ms, next.credit_id) > (credit.from_ms, credit.credit_id)
          ORDER BY next.from_ms, next.credit_id LIMIT 1
        ) AS nextDiffers,
        (SELECT max(point_id) FROM point WHERE point.credit_id = credit.credit_id) AS pointId,
        EXISTS (
          SELECT 1 FROM point JOIN refusal USING (point_id) WHERE point.credit_id = credit.credit_id
        ) AS refused
      FROM credit JOIN process USING (process_id)
      WHERE (credit.from_ms, credit.credit_id) > (@fromMs, @creditId) AND credit.from_ms < @untilMs
        AND credit.to_ms <= @untilMs AND credit.state = 2
      ORDER BY credit.from_ms, credit.credit_id LIMIT ${RECORDS_AT_A_TIME}`);
  }

  /** The next ones to delete; undefined when there are no more to be looked at. */
  next(): OldRecord[] | undefined {
    const records = this.#read.all({ ...this.#reached, untilMs: this.until.recordsMs });
    const last = records.at(-1);
    if (last === undefined) return undefined;
    this.#reached = last;
    const context = {
      shipped: readShipped(this.db),
      repeated: this.#repeated,
      newest: readNewest(this.db),
      sumsUntilMs: this.until.sumsMs,
    };
    return records.filter((record) => {
      const outcome = applyRetentionRule(record, context);
      this.tally[outcome] += 1;
      return outcome === 'delete';
    });
  }
}

/** Takes records out of the journal, with their points and the processes of which no record is left. */
export class Remover {
  readonly #note: Database.Statement<[number]>;
  readonly #points: Database.Statement<[number]>;
  readonly #credit: Database.Statement<[number]>;
  readonly #process: Database.Statement<[number]>;

  constructor(
    db: Database.Database,
    private readonly until: Until,
  ) {
    this.#note = db.prepare(`
      INSERT INTO pruning (only, pruned_until_ms, last_credit_id)
      SELECT 1, ?, max(credit_id) FROM credit WHERE true
      ON CONFLICT DO UPDATE SET
        pruned_until_ms = max(pruned_until_ms, excluded.pruned_until_ms),
        last_credit_id = max(last_credit_id, excluded.last_credit_id)`);
    this.#points = db.prepare('DELETE FROM point WHERE credit_id = ?');
    this.#credit = db.prepare('DELETE FROM credit WHERE credit_id = ?');
    this.#process = db.prepare(`
      DELETE FROM process
      WHERE process_id = ? AND ended_ms IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM credit WHERE credit.process_id = process.process_id)
        AND NOT EXISTS (SELECT 1 FROM followed WHERE followed.process_id = process.process_id)`);
  }

  /** Returns how many processes went with them. */
  remove(records: readonly OldRecord[]): number {
    if (records.length === 0) return 0;
    this.#note.run(this.until.recordsMs);
    for (const { creditId } of records) {
      this.#points.run(creditId);
      this.#credit.run(creditId);
    }
    const processes = new Set(records.map(({ processId }) => processId));
    return [...processes].reduce((sum, id) => sum + this.#process.run(id).changes, 0);
  }
}

function readShipped(db: Database.Database): Shipped | undefined {
  const { destination, passedCreditId, answeredPointId } = readShippingState(db);
  const hasPoint = db.prepare('SELECT 1 FROM point LIMIT 1').get() !== undefined;
  return destination === null && !hasPoint ? undefined : { passedCreditId, answeredPointId };
}

function readNewest(db: Database.Database): {
  creditId: number;
  processId: number;
  pointId: number;
} {
  const newest = db
    .prepare<[], { creditId: number | null; processId: number | null; pointId: number | null }>(
      `SELECT (SELECT max(credit_id) FROM credit) AS creditId,
         (SELECT max(process_id) FROM process) AS processId,
         (SELECT max(point_id) FROM point) AS pointId`,
    )
    .get();
  const { creditId, processId, pointId } = newest ?? {};
  return { creditId: creditId ?? 0, processId: processId ?? 0, pointId: pointId ?? 0 };
}

/** Those of a day are taken for one: a clock may be set often. */
function readRepeatedStretches(db: Database.Database): RepeatedStretch[] {
  return db
    .prepare<[], RepeatedStretch>(
      `SELECT boot_id AS bootId, min(after_ms) AS fromMs, max(before_ms) AS toMs
       FROM clock_step JOIN recorder_run USING (run_id)
       WHERE after_ms < before_ms GROUP BY boot_id, after_ms / ${MS_PER_DAY}`,
    )
    .all();
}
