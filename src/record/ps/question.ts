import { type PidHint, pidsBetween, pidsGivenOut } from './pid-hint.js';

/** What the recorder wants to know of the processes that it follows. */
export interface Interest {
  /** Has to see every process on the host: a quarter-hour has begun, or there was a gap. */
  everything: boolean;
  /** Processes to be asked for now. */
  due: readonly number[];
  /** Processes that have done nothing for a while: that they are there is enough. */
  idle: readonly number[];
}

/** The last run for the whole host. */
export interface WholeRun {
  bootMs: number;
  processes: number;
  /** How long such a run takes, in ms of wall time, at best. */
  costMs: number;
}

interface PidHints {
  before: PidHint;
  now: PidHint;
}

export interface Situation {
  bootMs: number;
  interest: Interest;
  /** Who came a moment ago: a fork shows its parent's name before its own. */
  newcomers: readonly number[];
  /** The recorder itself and its helper. */
  ownPids: readonly number[];
  /** At the last tick and now; undefined where the system does not tell. */
  hints: PidHints | undefined;
  /** undefined before the first. */
  lastWhole: WholeRun | undefined;
}

/** What ps is asked: for every process, or for these alone, in this order. */
export type Question = { kind: 'everything' } | TheseAlone;

export interface TheseAlone {
  kind: 'these';
  pids: readonly number[];
  /** Followed, and left out. */
  unasked: readonly number[];
}

const EVERYTHING: Question = { kind: 'everything' };

/** ps takes no longer list. */
export const MAX_PIDS_PER_RUN = 255;

/** To start ps costs as much as so many rows. */
const ROWS_PER_RUN = 40;

/** A pid that is nobody's costs as much as this part of a row. */
const ROWS_PER_MISSING_PID = 0.2;

/** So few are asked for anyway: the start of ps costs more. */
export const ASK_ALL_UP_TO = 50;

const MIN_WHOLE_INTERVAL_MS = 30_000;

/** The whole host is asked for so rarely that it costs no more than this, per second. */
const WHOLE_COST_MS_PER_SECOND = 2;

/** But no more rarely than this, however slow the host is. */
const MAX_WHOLE_INTERVAL_MS = 300_000;

/** How long after a run for the whole host the next one is due, in ms. */
export function wholeIntervalMs({ costMs }: WholeRun): number {
  const wantedMs = (costMs / WHOLE_COST_MS_PER_SECOND) * 1_000;
  return Math.min(Math.max(MIN_WHOLE_INTERVAL_MS, wantedMs), MAX_WHOLE_INTERVAL_MS);
}

/**
 * What to ask ps for at this tick, by what is cheaper: those that are due and whoever may be new, or
 * everything. Everything now and then in any case, since a name may change without a new pid.
 */
export function chooseQuestion(situation: Situation): Question {
  const { bootMs, interest, hints, lastWhole, newcomers, ownPids } = situation;
  if (interest.everything || hints === undefined || lastWhole === undefined) return EVERYTHING;
  if (bootMs - lastWhole.bootMs >= wholeIntervalMs(lastWhole)) return EVERYTHING;
  const { before, now } = hints;
  // Not even our own ps has moved it: it tells nothing.
  if (now.lastPid === before.lastPid) return EVERYTHING;
  const { due, idle } = interest;
  const asked = due.length + idle.length <= ASK_ALL_UP_TO ? [...due, ...idle] : due;
  const known = asked.length + newcomers.length + ownPids.length;
  const givenOut = pidsGivenOut(before, now);
  if (rowsOfThese(known, givenOut) >= ROWS_PER_RUN + lastWhole.processes) return EVERYTHING;
  // In one list with its process a thread's id shows the process's pid with the thread's age, and a pid
  // that is given out anew may be a thread's: those last, and in their order, so that processes come first.
  const fresh = pidsBetween(before, now);
  const isFresh = new Set(fresh);
  const others = [...asked, ...newcomers, ...ownPids].filter((pid) => !isFresh.has(pid));
  const pids = new Set([...others, ...fresh]);
  return {
    kind: 'these',
    pids: [...pids],
    unasked: idle.filter((pid) => !pids.has(pid)),
  };
}

function rowsOfThese(known: number, maybe: number): number {
  const runs = Math.ceil((known + maybe) / MAX_PIDS_PER_RUN);
  return runs * ROWS_PER_RUN + known + maybe * ROWS_PER_MISSING_PID;
}
