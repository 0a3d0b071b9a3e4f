import { startOfQuarter } from '../../shared/units.js';
import { isZombie, type Sample } from '../ps/sample.js';
import { firstAccount } from './account.js';
import type { ChangeSet } from './change-set.js';
import { becomeZombie } from './end.js';
import { likelyReapedMs } from './estimate.js';
import { middleMs } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import { type FirstMeasure, measureFirst } from './measure.js';
import { type PriorCpu, priorCpu } from './prior.js';
import { charge, emptySlice } from './slices.js';
import { isStartKnown } from './start.js';
import { type Tick, wallMs } from './tick.js';

/** A process is followed from this sample on. */
export function follow(sample: Sample, program: string, tick: Tick, changes: ChangeSet): Lifecycle {
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
    processId: changes.newProcessId(),
    pid: sample.pid,
    ppid: sample.ppid,
    isKernelThread: sample.isKernelThread,
    startedMs: wallMs(tick, startedBootMs(first, prior, tick)),
    condition: 'alive',
    account: firstAccount(sample, program, changes),
    sampledTwice: false,
    reaped,
    reapedBefore: { ...reaped, lowMs: 0, highMs: 0 },
    accountedMs: prior.born ? 0 : likelyReapedMs(sample, reaped),
    guessedMs: 0,
    unresolved: [],
    quietTicks: 0,
    priorCpuMs: prior.cpuMs,
    chargedMs: 0,
    sampledBootMs: tick.bootMs,
    movedBootMs: tick.bootMs,
    splits: 0,
    slice: emptySlice(startOfQuarter(fromMs), fromMs),
    unseenSlice: null,
  };
  const charged = chargeCertain(lifecycle, fromMs, tick, changes);
  const uncertainMs = prior.born ? 0 : Math.ceil((first.cpu.highMs - first.cpu.lowMs) / 2);
  changes.addUsage(charged.slice.quarterMs, charged.account, { started: 1, uncertainMs });
  changes.write(charged);
  return isZombie(sample) ? becomeZombie(charged, tick, changes) : charged;
}

/** Charges a living process what it has used for certain. */
export function chargeCertain(
  lifecycle: Lifecycle,
  fromMs: number,
  tick: Tick,
  changes: ChangeSet,
): Lifecycle {
  const { cpu, priorCpuMs, chargedMs } = lifecycle;
  const toMs = wallMs(tick);
  const stretch = { fromMs, toMs, estimated: tick.afterGap && fromMs < toMs };
  return charge(lifecycle, Math.max(0, cpu.lowMs - priorCpuMs - chargedMs), stretch, changes);
}

/** Where ps can't know its age: it did not exist before, or it is taken to have started at its first sample. */
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
