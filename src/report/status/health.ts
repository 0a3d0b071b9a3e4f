import { sanitize } from '../../shared/sanitize.js';
import { count, roundedDown, plural } from '../../shared/numbers.js';
import { formatSecond, formatSeconds } from '../views/date-format.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import { aliveWithinMs, isCovered } from '../models/coverage.js';
import { listed } from '../views/selection.js';
import type { Attempt, Facts, LastRun, Shipping, UnmatchedProgram } from './facts.js';

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

/** Less than this is no problem, whatever share of the time it is. */
const LEAST_MISSING_MS = 60_000;

/** @param timeZone of the times in the words */
export function judgeHealth({ run, coverage, shipping, nowMs }: Facts, timeZone: string): Health {
  const silence = run === null ? 'nothing has been recorded yet' : explainSilence(run, timeZone);
  const covered = isCovered(coverage) || isShort(coverage) ? [] : [coverageProblem(coverage)];
  return {
    recording: silence === undefined,
    problems: [
      ...(silence === undefined ? [] : [`not recording: ${silence}`]),
      ...covered,
      ...(run === null ? [] : run.unmatched.map(unmatchedProblem)),
      ...shippingProblems(shipping, nowMs, timeZone),
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
export function explainSilence(run: LastRun, timeZone: string): string | undefined {
  const { endedMs, endReason, isThere, silentMs, intervalMs, pid } = run;
  const format = (ms: number) => formatSecond(ms, timeZone);
  if (endReason !== null) return `${ENDS[endReason]} at ${format(endedMs ?? run.startedMs)}`;
  const last = `the last one was at ${format(run.lastTickMs ?? run.startedMs)}`;
  if (!isThere) return `the recorder, pid ${pid}, is gone; ${last}`;
  if (silentMs >= 0 && silentMs < aliveWithinMs(intervalMs)) return undefined;
  return `the recorder, pid ${pid}, has taken no sample for ${count(silentMs / MS_PER_SECOND)} s; ${last}`;
}

/** A start takes a second or two, which is much of a recording that has just begun. */
function isShort({ recordedMs, elapsedMs }: Facts['coverage']): boolean {
  return elapsedMs - recordedMs < LEAST_MISSING_MS;
}

function coverageProblem({ recordedMs, elapsedMs }: Facts['coverage']): string {
  const time = elapsedMs < MS_PER_DAY ? formatSeconds(elapsedMs) : 'day';
  return `only ${roundedDown(recordedMs, elapsedMs)} % of the last ${time} was recorded`;
}

function unmatchedProblem({ program, near }: UnmatchedProgram): string {
  const close = near.length === 0 ? '' : `; similar names that run: ${listed(near)}`;
  return `no process has matched '${sanitize(program)}' since the recorder started${close}`;
}

function shippingProblems(shipping: Shipping, nowMs: number, timeZone: string): string[] {
  const { destination, unshipped, acknowledgedMs, refused, quarantined, attempt } = shipping;
  const isStuck =
    destination !== null && unshipped > 0 && nowMs - (acknowledgedMs ?? 0) > STUCK_AFTER_MS;
  const wasRefused = refused !== null && nowMs - refused.atMs <= STUCK_AFTER_MS;
  return [
    ...(attempt === null ? [] : attemptProblems(attempt, nowMs, timeZone)),
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

function attemptProblems(
  { startedMs, ...attempt }: Attempt,
  nowMs: number,
  timeZone: string,
): string[] {
  const { destination, failingSinceMs, words } = attempt;
  if (failingSinceMs === null || nowMs - startedMs > FAILURE_COUNTS_FOR_MS) return [];
  const where = destination === null ? '' : `${destination}: `;
  const format = (ms: number) => formatSecond(ms, timeZone);
  return [
    `shipping has failed since ${format(failingSinceMs)}, last at ${format(startedMs)}: ${sanitize(where + (words ?? ''))}`,
  ];
}
