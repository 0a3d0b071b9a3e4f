import { QUARTER_HOUR_MS } from '../../shared/units.js';

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
export interface Shipped {
  passedCreditId: number;
  answeredPointId: number;
}

/** What the rule depends on beside the record. */
export interface RetentionContext {
  shipped: Shipped | undefined;
  repeated: readonly RepeatedStretch[];
  /** Numbers are given out from the highest that is there: the newest rows stay, so that none is given out twice. */
  newest: { creditId: number; processId: number; pointId: number };
  /** Sums of before are pruned too, and no report needs a record of then. */
  sumsUntilMs: number;
}

/** What becomes of a record: it is deleted, or kept for what is said. */
export type RetentionOutcome = 'delete' | 'unshipped' | 'refused' | 'referenced';

export function applyRetentionRule(record: OldRecord, context: RetentionContext): RetentionOutcome {
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
