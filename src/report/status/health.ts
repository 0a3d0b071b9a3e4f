import { sanitize } from '../../shared/sanitize.js';
import { count, percentDown, plural } from '../../shared/numbers.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import { aliveWithinMs, isCovered } from '../models/coverage.js';
import type { Attempt, Facts, LastRun, Shipping } from './facts.js';

/** Whether all is well. */
export interface Health {
  recording: boolean;
  /** One line each; none where all is well. */
  problems: string[];
}

/** A server that has acknowledged nothing for so long while records wait is not reached, or nobody ships. */
const STUCK_AFTER_MS = MS_PER_DAY;

/** One that somebody tried and gave up is no problem for ever. */
const FAILURE_COUNTS_FOR_MS = 7 * MS_PER_DAY;

export function judgeHealth({ run, coverage, shipping, nowMs }: Facts): Health {
  const silence = run === null ? 'nothing was ever recorded' : explainSilence(run);
  const covered = isCovered(coverage) ? [] : [coverageProblem(coverage)];
  return {
    recording: silence === undefined,
    problems: [
      ...(silence === undefined ? [] : [`not recording: ${silence}`]),
      ...covered,
      ...shippingProblems(shipping, nowMs),
    ],
  };
}

const ENDS = {
  stopped: 'the recorder was stopped',
  failed: 'the recorder failed',
  crashed: 'the recorder was killed',
  rebooted: 'the host was rebooted',
} as const;

/** Why this run does not record; undefined where it does. */
function explainSilence(run: LastRun): string | undefined {
  const { endedMs, endReason, isThere, silentMs, intervalMs, pid } = run;
  if (endReason !== null) return `${ENDS[endReason]} at ${formatSecond(endedMs ?? run.startedMs)}`;
  const last = `the last sample is of ${formatSecond(run.lastTickMs ?? run.startedMs)}`;
  if (!isThere) return `the recorder, pid ${pid}, is gone; ${last}`;
  if (silentMs >= 0 && silentMs < aliveWithinMs(intervalMs)) return undefined;
  return `no sign of life from the recorder, pid ${pid}, for ${count(silentMs / MS_PER_SECOND)} s; ${last}`;
}

function coverageProblem({ recordedMs, elapsedMs }: Facts['coverage']): string {
  return `only ${percentDown(recordedMs, elapsedMs)} % of the last day was recorded`;
}

function shippingProblems(shipping: Shipping, nowMs: number): string[] {
  const { destination, unshipped, acknowledgedMs, refused, quarantined, attempt } = shipping;
  const isStuck =
    destination !== null && unshipped > 0 && nowMs - (acknowledgedMs ?? 0) > STUCK_AFTER_MS;
  const wasRefused = refused !== null && nowMs - refused.atMs <= STUCK_AFTER_MS;
  return [
    ...(attempt === null ? [] : attemptProblems(attempt, nowMs)),
    ...(isStuck
      ? [
          `${plural(unshipped, 'record')} ${unshipped === 1 ? 'waits' : 'wait'} to be shipped, and nothing was acknowledged for a day`,
        ]
      : []),
    ...(wasRefused
      ? [
          `a server has refused ${plural(quarantined, 'record')}, the last within a day: ${sanitize(refused.words)}`,
        ]
      : []),
  ];
}

function attemptProblems({ startedMs, ...attempt }: Attempt, nowMs: number): string[] {
  const { destination, failingSinceMs, words } = attempt;
  if (failingSinceMs === null || nowMs - startedMs > FAILURE_COUNTS_FOR_MS) return [];
  const where = destination === null ? '' : `${destination}: `;
  const since = formatSecond(failingSinceMs);
  return [
    `shipping has failed since ${since}, last at ${formatSecond(startedMs)}: ${sanitize(where + (words ?? ''))}`,
  ];
}

function formatSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
