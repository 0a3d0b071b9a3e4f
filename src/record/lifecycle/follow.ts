import { isZombie, type Sample, type Snapshot } from '../ps/sample.js';
import { QUARTER_HOUR_MS, quarterOf } from '../../shared/units.js';
import { foldName } from '../select/fold.js';
import type { Book } from './book.js';
import { endLifecycle, type Pending } from './end.js';
import { bestCpuMs, cpuInterval, hasFallen, reapedInterval } from './estimate.js';
import { intersection, type Interval, middleMs, sameInterval } from './interval.js';
import type { Account, Lifecycle, Reaped } from './lifecycle.js';
import { charge, closeSlice, closeUnseen, completeSlice, emptySlice, relabel } from './slices.js';
import { narrowStart, startInterval } from './start.js';
import { type Tick, wallMs } from './tick.js';

/**
 * Changes of account that make records of their own in one quarter-hour; what comes after stays with
 * the account of that time until the quarter-hour ends.
 */
const MAX_SPLITS_PER_QUARTER = 8;

/** A process younger than this has a rate that says little. */
const MIN_AGE_FOR_RATE_MS = 100;

/** Whether the sample is of this very process: the pid alone may have been given to another since. */
export function isSameProcess(lifecycle: Lifecycle, sample: Sample, snapshot: Snapshot): boolean {
  if (intersection(lifecycle.start, startInterval(sample, snapshot)) === undefined) return false;
  if (lifecycle.condition === 'zombie') return isZombie(sample);
  return !hasFallen(sample, lifecycle.cpu);
}

/** A process is followed from this sample on. */
export function follow(
  sample: Sample,
  program: string,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  const { snapshot } = tick;
  const start = startInterval(sample, snapshot);
  const narrow = narrowStart(start, sample, snapshot);
  const cpu = cpuInterval(sample, snapshot, narrow);
  const prior = priorCpu(sample, start, cpu, tick);
  const reaped: Reaped = {
    ...reapedInterval(sample, snapshot, narrow, cpu),
    fromBootMs: prior.chargedFromBootMs,
    toBootMs: tick.bootMs,
    estimated: tick.afterGap,
  };
  const fromMs = wallMs(tick, prior.chargedFromBootMs);
  const account: Account = { uid: sample.uid, user: sample.user, program, command: sample.comm };
  const lifecycle: Lifecycle = {
    processId: book.newProcessId(),
    pid: sample.pid,
    ppid: sample.ppid,
    start,
    narrowStart: narrow,
    startedMs: wallMs(tick, Math.min(middleMs(narrow), tick.bootMs)),
    condition: 'alive',
    account,
    settled: false,
    cpu,
    rate: bestCpuMs(cpu) / Math.max(tick.bootMs - middleMs(narrow), MIN_AGE_FOR_RATE_MS),
    reaped,
    reapedBefore: { ...reaped, lowMs: 0, highMs: 0 },
    accountedMs: prior.born ? 0 : middleMs(reaped),
    quietTicks: 0,
    priorCpuMs: prior.cpuMs,
    chargedMs: 0,
    sampledBootMs: tick.bootMs,
    splits: 0,
    slice: emptySlice(quarterOf(fromMs), fromMs),
    unseenSlice: null,
  };
  const toMs = wallMs(tick, tick.bootMs);
  const certainMs = Math.max(0, cpu.lowMs - prior.cpuMs);
  const stretch = { fromMs, toMs, estimated: tick.afterGap && fromMs < toMs };
  const charged = charge(lifecycle, certainMs, stretch, book);
  book.usage(charged.slice.quarterMs, account, { started: 1 });
  book.lifecycle(charged);
  return isZombie(sample) ? becomeZombie(charged, tick, book, pending) : charged;
}

/** The next sample of a followed process. */
export function grow(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  const account = accountOf(sample, program, lifecycle.account);
  const own = inAccount(lifecycle, account, tick, book);
  const measured = measure(own, sample, tick);
  const certainMs = Math.max(0, measured.cpu.lowMs - measured.priorCpuMs - measured.chargedMs);
  const stretch = {
    fromMs: wallMs(tick, lifecycle.sampledBootMs),
    toMs: wallMs(tick, tick.bootMs),
    estimated: tick.afterGap,
  };
  const grown = inQuarter(charge(measured, certainMs, stretch, book), book);
  if (grown.slice.quarterMs !== lifecycle.slice.quarterMs) {
    book.usage(grown.slice.quarterMs, grown.account, { takenOver: 1 });
  }
  if (isWorthWriting(lifecycle, grown)) book.lifecycle(grown);
  return isZombie(sample) ? becomeZombie(grown, tick, book, pending) : grown;
}

/** A record of what no sample showed ends with its quarter-hour too, whether more comes or not. */
function inQuarter(lifecycle: Lifecycle, book: Book): Lifecycle {
  const { slice, unseenSlice } = lifecycle;
  if (unseenSlice === null || unseenSlice.quarterMs === slice.quarterMs) return lifecycle;
  return closeUnseen(lifecycle, unseenSlice.quarterMs + QUARTER_HOUR_MS, book);
}

/** The process lives on, but is not to be recorded any more. */
export function unfollow(lifecycle: Lifecycle, tick: Tick, book: Book): Lifecycle {
  const endedMs = wallMs(tick, lifecycle.sampledBootMs);
  completeSlice(lifecycle, endedMs, book);
  const next: Lifecycle = {
    ...closeUnseen(lifecycle, endedMs, book),
    condition: 'unfollowed',
    slice: emptySlice(lifecycle.slice.quarterMs, endedMs),
  };
  book.end(next, { endedMs, reason: 'unfollowed' });
  return next;
}

/** The process is recorded again; what it used in between is charged to nobody. */
export function resume(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string,
  tick: Tick,
  book: Book,
): Lifecycle {
  const measured = measure(lifecycle, sample, tick);
  const fromMs = wallMs(tick, tick.bootMs);
  const next: Lifecycle = {
    ...measured,
    condition: 'alive',
    account: { uid: sample.uid, user: sample.user, program, command: sample.comm },
    priorCpuMs: Math.max(measured.priorCpuMs, bestCpuMs(measured.cpu) - measured.chargedMs),
    accountedMs: Math.max(measured.accountedMs, middleMs(measured.reaped)),
    slice: emptySlice(quarterOf(fromMs), fromMs, true),
  };
  book.lifecycle(next);
  return next;
}

interface PriorCpu {
  cpuMs: number;
  /** It was not there at the last sample. */
  born: boolean;
  /** Boot time from which on the process is charged. */
  chargedFromBootMs: number;
}

/** What the process had used before psusage could know of it: nothing if it was born since the last sample. */
function priorCpu(sample: Sample, start: Interval, cpu: Interval, tick: Tick): PriorCpu {
  const lastBootMs = tick.lastBootMs ?? tick.bootMs;
  const born = {
    cpuMs: 0,
    born: true,
    chargedFromBootMs: Math.max(Math.min(middleMs(start), tick.bootMs), lastBootMs),
  };
  if (tick.lastSnapshot === undefined) {
    const mayBeBorn = tick.sameSelection ? start.highMs : start.lowMs;
    return tick.lastBootMs !== undefined && mayBeBorn >= tick.lastBootMs
      ? born
      : { cpuMs: bestCpuMs(cpu), born: false, chargedFromBootMs: tick.bootMs };
  }
  const earlierCpu = cpuOfEarlierSample(sample, start, tick.lastSnapshot);
  if (earlierCpu === undefined) return born;
  return { cpuMs: bestCpuMs(earlierCpu), born: false, chargedFromBootMs: lastBootMs };
}

/** The process may have been there at the last sample, but of no interest then. */
function cpuOfEarlierSample(sample: Sample, start: Interval, last: Snapshot): Interval | undefined {
  const earlier = last.samples.get(sample.pid);
  if (earlier === undefined || (isZombie(earlier) && !isZombie(sample))) return undefined;
  const earlierStart = startInterval(earlier, last);
  const cpu = cpuInterval(earlier, last, narrowStart(earlierStart, earlier, last));
  const isSame = intersection(earlierStart, start) !== undefined && !hasFallen(sample, cpu);
  return isSame ? cpu : undefined;
}

/** What one more sample tells of a process, without charging any of it. */
export function measure(lifecycle: Lifecycle, sample: Sample, tick: Tick): Lifecycle {
  const { snapshot } = tick;
  const start = intersection(lifecycle.start, startInterval(sample, snapshot)) ?? lifecycle.start;
  const known = intersection(lifecycle.narrowStart, start) ?? start;
  const narrow = narrowStart(known, sample, snapshot);
  const cpu = cpuInterval(sample, snapshot, narrow, lifecycle.cpu);
  const reaped: Reaped = {
    ...reapedInterval(sample, snapshot, narrow, cpu, lifecycle.reaped),
    fromBootMs: lifecycle.sampledBootMs,
    toBootMs: tick.bootMs,
    estimated: tick.afterGap,
  };
  const grownMs = Math.max(0, bestCpuMs(cpu) - bestCpuMs(lifecycle.cpu));
  return {
    ...lifecycle,
    ppid: sample.ppid,
    start,
    narrowStart: narrow,
    cpu,
    rate: grownMs / Math.max(tick.bootMs - lifecycle.sampledBootMs, 1),
    reaped,
    reapedBefore: lifecycle.reaped,
    quietTicks: lifecycle.quietTicks + 1,
    settled: true,
    sampledBootMs: tick.bootMs,
  };
}

/** A kernel worker renames itself with each piece of work; that is no change. */
function accountOf(sample: Sample, program: string, before: Account): Account {
  const sameCommand = foldName(sample.comm, sample) === foldName(before.command, sample);
  const command = sameCommand ? before.command : sample.comm;
  return { uid: sample.uid, user: sample.user, program, command };
}

function inAccount(lifecycle: Lifecycle, account: Account, tick: Tick, book: Book): Lifecycle {
  const before = lifecycle.account;
  const isSame =
    account.uid === before.uid &&
    account.program === before.program &&
    account.command === before.command;
  if (isSame) return account.user === before.user ? lifecycle : { ...lifecycle, account };
  const isFirstSight = !lifecycle.settled && !lifecycle.slice.changed;
  if (isFirstSight && (account.uid === before.uid || lifecycle.slice.cpuMs === 0)) {
    return relabel(lifecycle, account, book);
  }
  if (lifecycle.splits >= MAX_SPLITS_PER_QUARTER) return lifecycle;
  const fromMs = wallMs(tick, lifecycle.sampledBootMs);
  // A slice without CPU time is written too, so that who comes back to an account is not counted anew.
  if (lifecycle.slice.changed) completeSlice(lifecycle, fromMs, book);
  else closeSlice(lifecycle, fromMs, 'complete', book);
  return {
    ...closeUnseen(lifecycle, fromMs, book),
    account,
    splits: lifecycle.splits + 1,
    slice: emptySlice(quarterOf(fromMs), fromMs, true),
  };
}

function becomeZombie(lifecycle: Lifecycle, tick: Tick, book: Book, pending: Pending[]): Lifecycle {
  const { bootMs } = tick;
  const endedMs = wallMs(tick, bootMs);
  const end = endLifecycle(lifecycle, {
    reason: 'zombie',
    endedMs,
    tailMs: 0,
    mostTailMs: 0,
    bootMs,
    book,
  });
  pending.push(end.pending);
  return end.ended;
}

/** The upper bounds alone move each second and are found again at the next sample. */
function isWorthWriting(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.cpu.lowMs !== after.cpu.lowMs ||
    before.reaped.lowMs !== after.reaped.lowMs ||
    before.ppid !== after.ppid ||
    before.settled !== after.settled ||
    before.account !== after.account ||
    before.slice.quarterMs !== after.slice.quarterMs ||
    before.chargedMs !== after.chargedMs ||
    !sameInterval(before.start, after.start) ||
    !sameInterval(before.narrowStart, after.narrowStart)
  );
}
