import { QUARTER_HOUR_MS, quarterOf } from '../../shared/units.js';
import { isZombie, type Sample } from '../ps/sample.js';
import {
  endRecordAtChange,
  firstAccount,
  inAccount,
  MAX_SPLITS_PER_QUARTER,
  nextAccount,
} from './account.js';
import type { Book } from './book.js';
import { endLifecycle, type Pending } from './end.js';
import { likelyReapedMs } from './estimate.js';
import { middleMs, sameInterval } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import { type FirstMeasure, measure, measureFirst } from './measure.js';
import { earlierCpu, type PriorCpu, priorCpu } from './prior.js';
import { charge, closeUnseen, emptySlice } from './slices.js';
import { isStartKnown } from './start.js';
import { type Tick, wallMs } from './tick.js';

/** A process is followed from this sample on. */
export function follow(
  sample: Sample,
  program: string,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  const measured = measureFirst(sample);
  const prior = priorCpu(sample, measured.start, measured.cpu, tick);
  const first = isStartKnown(measured.start) ? measured : startedBy(prior, measured);
  const reaped: Reaped = {
    ...first.reaped,
    fromBootMs: prior.chargedFromBootMs,
    toBootMs: tick.bootMs,
    estimated: tick.afterGap,
  };
  const fromMs = wallMs(tick, prior.chargedFromBootMs);
  const lifecycle: Lifecycle = {
    ...first,
    processId: book.newProcessId(),
    pid: sample.pid,
    ppid: sample.ppid,
    startedMs: wallMs(tick, startedBootMs(first, prior, tick)),
    condition: 'alive',
    account: firstAccount(sample, program, book),
    sampledTwice: false,
    reaped,
    reapedBefore: { ...reaped, lowMs: 0, highMs: 0 },
    accountedMs: prior.born ? 0 : likelyReapedMs(sample, reaped),
    guessedMs: 0,
    quietTicks: 0,
    priorCpuMs: prior.cpuMs,
    chargedMs: 0,
    sampledBootMs: tick.bootMs,
    movedBootMs: tick.bootMs,
    splits: 0,
    slice: emptySlice(quarterOf(fromMs), fromMs),
    unseenSlice: null,
  };
  const charged = chargeCertain(lifecycle, fromMs, tick, book);
  const uncertainMs = prior.born ? 0 : Math.ceil((first.cpu.highMs - first.cpu.lowMs) / 2);
  book.usage(charged.slice.quarterMs, charged.account, { started: 1, uncertainMs });
  book.lifecycle(charged);
  return isZombie(sample) ? becomeZombie(charged, tick, book, pending) : charged;
}

/** Where ps can't know its age: it was not there before, or it is taken to have started when it is seen first. */
function startedBy(prior: PriorCpu, first: FirstMeasure): FirstMeasure {
  if (!prior.born) return first;
  const start = { ...first.start, lowMs: Math.min(prior.chargedFromBootMs, first.start.highMs) };
  return { ...first, start, narrowStart: start };
}

function startedBootMs(
  { start, narrowStart }: FirstMeasure,
  { chargedFromBootMs }: PriorCpu,
  { bootMs }: Tick,
): number {
  return isStartKnown(start) ? Math.min(middleMs(narrowStart), bootMs) : chargedFromBootMs;
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
  const account = nextAccount(sample, program, lifecycle.account, book);
  const measured = measure(inAccount(lifecycle, account, tick, book), sample, tick);
  const fromMs = wallMs(tick, lifecycle.sampledBootMs);
  const grown = inQuarter(chargeCertain(measured, fromMs, tick, book), tick, book);
  if (grown.slice.quarterMs !== lifecycle.slice.quarterMs) {
    book.usage(grown.slice.quarterMs, grown.account, { takenOver: 1 });
  }
  if (isWorthWriting(lifecycle, grown)) book.lifecycle(grown);
  return isZombie(sample) ? becomeZombie(grown, tick, book, pending) : grown;
}

/** The process lives on, but is not to be recorded any more. */
export function unfollow(lifecycle: Lifecycle, tick: Tick, book: Book): Lifecycle {
  const endedMs = wallMs(tick, lifecycle.sampledBootMs);
  endRecordAtChange(lifecycle, endedMs, book);
  const next: Lifecycle = {
    ...closeUnseen(lifecycle, endedMs, book),
    condition: 'unfollowed',
    slice: emptySlice(lifecycle.slice.quarterMs, endedMs),
  };
  book.end(next, { endedMs, reason: 'unfollowed' });
  return next;
}

/**
 * The process is recorded again; what it used in between is charged to nobody. One that comes and goes
 * too often in a quarter-hour stays away until the next.
 */
export function resume(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string,
  tick: Tick,
  book: Book,
): Lifecycle {
  const measured = measure(lifecycle, sample, tick);
  const earlier = tick.seen && earlierCpu(sample, measured.start, tick.seen);
  const fromMs = wallMs(tick, earlier?.bootMs ?? tick.bootMs);
  const quarterMs = quarterOf(fromMs);
  const splits = quarterMs === lifecycle.slice.quarterMs ? lifecycle.splits + 1 : 0;
  if (splits > MAX_SPLITS_PER_QUARTER) return lifecycle;
  const usedMs = earlier?.cpuMs ?? measured.cpu.bestMs;
  const next: Lifecycle = {
    ...measured,
    condition: 'alive',
    account: firstAccount(sample, program, book),
    priorCpuMs: Math.max(measured.priorCpuMs, usedMs - measured.chargedMs),
    accountedMs: Math.max(measured.accountedMs, likelyReapedMs(sample, measured.reaped)),
    splits,
    slice: emptySlice(quarterMs, fromMs, true),
  };
  const charged = chargeCertain(next, fromMs, tick, book);
  book.lifecycle(charged);
  return charged;
}

/** While a process lives it is charged what it has used for certain. */
function chargeCertain(lifecycle: Lifecycle, fromMs: number, tick: Tick, book: Book): Lifecycle {
  const { cpu, priorCpuMs, chargedMs } = lifecycle;
  const toMs = wallMs(tick, tick.bootMs);
  const stretch = { fromMs, toMs, estimated: tick.afterGap && fromMs < toMs };
  return charge(lifecycle, Math.max(0, cpu.lowMs - priorCpuMs - chargedMs), stretch, book);
}

/**
 * A record of unseen CPU time ends with its quarter-hour too, whether more comes or not: once what is
 * charged next, which was reaped a tick ago, all lies in a later one.
 */
function inQuarter(lifecycle: Lifecycle, tick: Tick, book: Book): Lifecycle {
  const { reapedBefore, unseenSlice } = lifecycle;
  const chargedFromMs = wallMs(tick, reapedBefore.fromBootMs);
  if (unseenSlice === null || unseenSlice.quarterMs === quarterOf(chargedFromMs)) return lifecycle;
  return closeUnseen(lifecycle, unseenSlice.quarterMs + QUARTER_HOUR_MS, book);
}

function becomeZombie(lifecycle: Lifecycle, tick: Tick, book: Book, pending: Pending[]): Lifecycle {
  const { bootMs } = tick;
  const endedMs = wallMs(tick, bootMs);
  const atOnce = { endedMs, tailMs: 0, mostTailMs: 0, unsampledMs: 0, bootMs, book };
  const end = endLifecycle(lifecycle, { reason: 'zombie', ...atOnce });
  pending.push(...end.pending);
  return end.ended;
}

/** The upper bounds alone move each second and are found again at the next sample. */
function isWorthWriting(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.cpu.lowMs !== after.cpu.lowMs ||
    before.reaped.lowMs !== after.reaped.lowMs ||
    before.ppid !== after.ppid ||
    before.sampledTwice !== after.sampledTwice ||
    before.account !== after.account ||
    before.slice.quarterMs !== after.slice.quarterMs ||
    before.chargedMs !== after.chargedMs ||
    !sameInterval(before.start, after.start) ||
    !sameInterval(before.narrowStart, after.narrowStart)
  );
}
