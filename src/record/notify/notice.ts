import { harmlessText } from '../../shared/harmless-text.js';
import type { TickOutcome } from '../recorder.js';

/** What the service manager was told last; times are of a clock that never steps. */
export interface Told {
  isReady: boolean;
  outcome: TickOutcome['kind'];
  status: string;
  /** When anything was said. */
  saidMs: number;
  /** When the watchdog was fed. */
  fedMs: number;
}

export const TOLD_NOTHING: Told = {
  isReady: false,
  outcome: 'written',
  status: '',
  saidMs: -Infinity,
  fedMs: -Infinity,
};

/** How the recording stands after a tick. */
export interface Standing {
  nowMs: number;
  outcome: TickOutcome;
  /** Followed now. */
  processes: number;
  /** Asked for; empty: every process. */
  programs: readonly string[];
  gaps: number;
}

/** A watchdog as the recorder feeds it. */
export interface Watchdog {
  /** It bites when it was not fed for so long. */
  timeoutMs: number;
  /** Whether this is longer than the service manager knows. */
  isLengthened: boolean;
}

/** Lines of sd_notify(3), and what has been told once they have arrived. */
export interface Notice {
  lines: string[];
  told: Told;
}

/** So often a watchdog is fed before it would bite. */
const FEEDS = 3;

/** A watchdog has to leave room for so many ticks. */
const TICKS = 4;

/** Figures that changed can wait; to tell costs a process. */
const STATUS_INTERVAL_MS = 60_000;

/** Nothing is said more often than this, unless the watchdog needs it. */
const LEAST_INTERVAL_MS = 5_000;

/** The watchdog that was asked for, or as much longer that it does not bite between two ticks. */
export function watchdogFor(askedMs: number, intervalMs: number): Watchdog {
  const timeoutMs = Math.max(askedMs, TICKS * intervalMs);
  return { timeoutMs, isLengthened: timeoutMs > askedMs };
}

/**
 * What is to be said after a tick; undefined: nothing. Ready is said of the first sample that was written.
 *
 * The watchdog is fed for each sample that was taken, written or kept: a restart mends a recorder or a
 * ps that hangs, not a disk that is full, and what is kept in memory would be lost by it.
 */
export function noticeAfter(
  told: Told,
  standing: Standing,
  watchdog: Watchdog | undefined,
): Notice | undefined {
  const { nowMs, outcome } = standing;
  const feedMs = watchdog === undefined ? Infinity : watchdog.timeoutMs / FEEDS;
  const quietMs = nowMs - told.saidMs;
  if (quietMs < Math.min(LEAST_INTERVAL_MS, feedMs)) return undefined;
  const status = statusOf(standing);
  const becomesReady = !told.isReady && outcome.kind === 'written';
  const isFeedDue = watchdog !== undefined && nowMs - told.fedMs >= feedMs;
  const feeds = isFeedDue && outcome.kind !== 'missed';
  const isOtherKind = outcome.kind !== told.outcome;
  const isNews = status !== told.status && (isOtherKind || quietMs >= STATUS_INTERVAL_MS);
  if (!becomesReady && !feeds && !isNews) return undefined;
  return {
    lines: [
      ...(becomesReady ? ['READY=1', ...lengthened(watchdog)] : []),
      ...(feeds ? ['WATCHDOG=1'] : []),
      `STATUS=${status}`,
    ],
    told: {
      isReady: told.isReady || becomesReady,
      outcome: outcome.kind,
      status,
      saidMs: nowMs,
      fedMs: feeds ? nowMs : told.fedMs,
    },
  };
}

function lengthened(watchdog: Watchdog | undefined): string[] {
  return watchdog?.isLengthened ? [`WATCHDOG_USEC=${watchdog.timeoutMs * 1_000}`] : [];
}

function statusOf({ outcome, processes, programs, gaps }: Standing): string {
  if (outcome.kind === 'missed') return harmlessText(`no sample: ${outcome.why}`);
  const what = programs.length === 0 ? 'every process' : programs.join(', ');
  const parts = [
    processes === 0 ? `waiting for ${what}` : `following ${what}: ${processes} now`,
    `gaps: ${gaps}`,
    ...(outcome.kind === 'kept' ? [`kept in memory: ${outcome.why}`] : []),
  ];
  return harmlessText(parts.join('; '));
}
