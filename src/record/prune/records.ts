import type Database from 'better-sqlite3';
import { MS_PER_DAY } from '../../shared/units.js';
import { readShippingState } from '../ship/shipping-state.js';
import type { Until } from './keep.js';
import {
  applyRetentionRule,
  type OldRecord,
  type RepeatedStretch,
  type RetentionOutcome,
  type Shipped,
} from './retention-rule.js';

/**
 * Records that are looked at in one transaction. More would keep a recorder waiting: of these the slowest
 * disk of docs/performance.md takes some milliseconds.
 */
const RECORDS_AT_A_TIME = 500;

/** What became of the records that were looked at, and how many processes went with their last one. */
export type RecordTally = Record<RetentionOutcome, number> & { processes: number };

/** Where the walk through the old records has come to: they are in the order of their beginnings. */
interface Reached {
  fromMs: number;
  creditId: number;
}

/** Old records by the time at which they began, some at a time. */
export class OldRecords {
  readonly tally: RecordTally = {
    ...{ delete: 0, unshipped: 0, refused: 0, referenced: 0 },
    processes: 0,
  };
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
