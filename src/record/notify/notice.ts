import { sanitize } from '../../shared/sanitize.js';
import type { TickOutcome } from '../recorder.js';

/** What was last sent to the service manager; times are of a clock that never steps. */
export interface Told {
  isReady: boolean;
  outcome: TickOutcome['kind'];
  status: string;
  /** When anything was sent. */
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

/** The recording after a tick. */
export interface RecordingStatus {
  nowMs: number;
  outcome: TickOutcome;
  /** Followed at present. */
  processes: number;
  /** To be recorded; empty: every process. */
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

/** Lines of sd_notify(3), and what the service manager knows once they have arrived. */
export interface Notice {
  lines: string[];
  told: Told;
}

/** So often a watchdog is fed before it would bite. */
const FEEDS = 3;

/** A watchdog has to leave room for so many ticks. */
const TICKS = 4;

/** Changed figures can wait: a message costs a process. */
const STATUS_INTERVAL_MS = 60_000;

/** Nothing is sent more often than this, unless the watchdog needs it. */
const LEAST_INTERVAL_MS = 5_000;

/** The configured watchdog, or a longer one that does not bite between two ticks. */
export function chooseWatchdog(elapsedMs: number, intervalMs: number): Watchdog {
  const timeoutMs = Math.max(elapsedMs, TICKS * intervalMs);
  return { timeoutMs, isLengthened: timeoutMs > elapsedMs };
}

/**
 * The message after a tick; undefined for none. The first sample that is written makes the recorder ready.
 *
 * The watchdog is fed for each sample that was taken, written or kept: a restart mends a recorder or a
 * ps that hangs, not a disk that is full, and what is kept in memory would be lost by it.
 */
export function chooseNotice(
  told: Told,
  standing: RecordingStatus,
  watchdog: Watchdog | undefined,
): Notice | undefined {
  const { nowMs, outcome } = standing;
  const feedMs = watchdog === undefined ? Infinity : watchdog.timeoutMs / FEEDS;
  const quietMs = nowMs - told.saidMs;
  if (quietMs < Math.min(LEAST_INTERVAL_MS, feedMs)) return undefined;
  const status = formatStatus(standing);
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

function formatStatus({ outcome, processes, programs, gaps }: RecordingStatus): string {
  if (outcome.kind === 'missed') return sanitize(`no sample: ${outcome.why}`);
  const what = programs.length === 0 ? 'every process' : programs.join(', ');
  const parts = [
    processes === 0 ? `waiting for ${what}` : `following ${what}: ${processes} now`,
    `gaps: ${gaps}`,
    ...(outcome.kind === 'kept' ? [`kept in memory: ${outcome.why}`] : []),
  ];
  return sanitize(parts.join('; '));
}
