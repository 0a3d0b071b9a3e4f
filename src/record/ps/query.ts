import { type PidHint, pidsBetween, countPidsBetween } from './pid-hint.js';

/** What the recorder needs to know of the processes that it follows. */
export interface Interest {
  /** Boot time of the tick. */
  bootMs: number;
  /** It must see every process on the host: a quarter-hour has begun, or there was a gap. */
  everything: boolean;
  /** Processes to query now. */
  due: readonly number[];
  /** Processes that have done nothing for a while: it is enough that they exist. */
  idle: readonly number[];
}

/** The last query of the whole host. */
export interface WholeRun {
  bootMs: number;
  processes: number;
  /** How long such a query takes at best, in ms of wall time. */
  costMs: number;
}

export interface PidHints {
  before: PidHint;
  now: PidHint;
}

export interface Situation {
  interest: Interest;
  /** Processes that are new: a fork shows its parent's name before its own. */
  newcomers: readonly number[];
  /** The recorder itself and its helper. */
  ownPids: readonly number[];
  /** At the last tick and now; undefined where the system has none. */
  hints: PidHints | undefined;
  /** Undefined before the first. */
  lastWhole: WholeRun | undefined;
}

/** A query of ps: for every process, or for these pids alone, in this order. */
export type PsQuery = { kind: 'everything' } | PidQuery;

export interface PidQuery {
  kind: 'pids';
  pids: readonly number[];
  /** Followed, and not queried. */
  skipped: readonly number[];
}

const EVERYTHING: PsQuery = { kind: 'everything' };

/** ps accepts no longer list. */
export const MAX_PIDS_PER_RUN = 255;

/** Starting ps costs as much as so many rows. */
const ROWS_PER_RUN = 40;

/** A pid that no process has costs as much as this part of a row. */
const ROWS_PER_MISSING_PID = 0.2;

/** So few are queried anyway: starting ps costs more. */
export const QUERY_ALL_UP_TO = 50;

const MIN_WHOLE_INTERVAL_MS = 30_000;

/** The whole host is queried so rarely that it costs no more than this per second. */
const WHOLE_COST_MS_PER_SECOND = 2;

/** But at least this often, however slow the host is. */
const MAX_WHOLE_INTERVAL_MS = 300_000;

/** How long after a query of the whole host the next one is due, in ms. */
export function wholeIntervalMs({ costMs }: WholeRun): number {
  const wantedMs = (costMs / WHOLE_COST_MS_PER_SECOND) * 1_000;
  return Math.min(Math.max(MIN_WHOLE_INTERVAL_MS, wantedMs), MAX_WHOLE_INTERVAL_MS);
}

/**
 * Chooses the cheaper query for this tick: the processes that are due and those that may be new, or everything.
 * Everything now and then in any case, since a name may change without a new pid.
 */
export function chooseQuery(situation: Situation): PsQuery {
  const { interest, hints, lastWhole, newcomers, ownPids } = situation;
  if (interest.everything || hints === undefined || lastWhole === undefined) return EVERYTHING;
  if (interest.bootMs - lastWhole.bootMs >= wholeIntervalMs(lastWhole)) return EVERYTHING;
  const { before, now } = hints;
  // Not even our own ps has moved it: it is of no use.
  if (now.lastPid === before.lastPid) return EVERYTHING;
  const { due, idle } = interest;
  const wanted = due.length + idle.length <= QUERY_ALL_UP_TO ? [...due, ...idle] : due;
  const known = wanted.length + newcomers.length + ownPids.length;
  const assigned = countPidsBetween(before, now);
  if (estimateRows(known, assigned) >= ROWS_PER_RUN + lastWhole.processes) return EVERYTHING;
  // In one list with its process a thread's id shows the process's pid with the thread's age, and a pid that was just
  // assigned may be a thread's: those come last and in their order, so that processes come first.
  const fresh = pidsBetween(before, now);
  const isFresh = new Set(fresh);
  const others = [...wanted, ...newcomers, ...ownPids].filter((pid) => !isFresh.has(pid));
  const pids = new Set([...others, ...fresh]);
  return {
    kind: 'pids',
    pids: [...pids],
    skipped: idle.filter((pid) => !pids.has(pid)),
  };
}

/** What a query of pids costs, in rows. */
function estimateRows(known: number, maybe: number): number {
  const runs = Math.ceil((known + maybe) / MAX_PIDS_PER_RUN);
  return runs * ROWS_PER_RUN + known + maybe * ROWS_PER_MISSING_PID;
}
