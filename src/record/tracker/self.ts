import type { Sample, Snapshot } from '../ps/sample.js';
import { type CpuTime, cpuInterval, reapedInterval } from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { narrowStart, startInterval } from './start.js';

/** CPU time of one process, its own and that of what it ran and waited for. */
interface Measured {
  pid: number;
  ppid: number;
  start: Interval;
  cpu: CpuTime;
  reaped: Interval;
}

/** What recording itself uses: the recorder, the helper that runs ps, and each ps. */
export interface SelfMeasure {
  recorder: Measured | undefined;
  helper: Measured | undefined;
  /** CPU time in ms for certain, since the start; never falls. */
  certainMs: number;
}

/** An earlier recorder of this boot, as its last written tick showed it. */
export interface EndedRecorder {
  pid: number;
  ppid: number;
  lastTickBootMs: number;
  /** The best value of what it had used since it started, with each ps it ran. */
  cpuMs: number;
}

export const NOTHING_MEASURED: SelfMeasure = {
  recorder: undefined,
  helper: undefined,
  certainMs: 0,
};

/**
 * @param before what the snapshot before told
 * @param recorderPid whose helper is its child
 */
export function measureSelf(
  before: SelfMeasure,
  { samples, helperPid }: Snapshot,
  recorderPid: number,
): SelfMeasure {
  const recorder = measureOne(before.recorder, samples.get(recorderPid));
  // A helper that was replaced has been waited for: its time is among what the recorder has reaped.
  const known = before.helper?.pid === helperPid ? before.helper : undefined;
  const helper = helperPid === undefined ? undefined : measureOne(known, samples.get(helperPid));
  const certainMs = sumMeasured([recorder, helper], ({ cpu, reaped }) => cpu.lowMs + reaped.lowMs);
  return { recorder, helper, certainMs: Math.max(certainMs, before.certainMs) };
}

/** The best single value in ms: the recorder's reaper will get all of it, not only the certain part. */
export function bestSelfCpuMs({ recorder, helper }: SelfMeasure): number {
  return sumMeasured([recorder, helper], ({ cpu, reaped }) => cpu.bestMs + middleMs(reaped));
}

/** Whether it still exists, as a zombie or about to end: the holder of its pid existed at its last tick. */
export function isStillThere(ended: EndedRecorder, snapshot: Snapshot): boolean {
  const sample = snapshot.samples.get(ended.pid);
  return sample !== undefined && startInterval(sample).lowMs <= ended.lastTickBootMs;
}

function measureOne(
  before: Measured | undefined,
  sample: Sample | undefined,
): Measured | undefined {
  if (sample === undefined) return before;
  const { pid, ppid } = sample;
  const shown = startInterval(sample);
  const known = (before && intersection(before.start, shown)) ?? shown;
  const start = narrowStart(known, sample);
  const cpu = cpuInterval(sample, start, before?.cpu);
  return { pid, ppid, start, cpu, reaped: reapedInterval(sample, start, cpu, before?.reaped) };
}

function sumMeasured(
  measured: readonly (Measured | undefined)[],
  toMs: (one: Measured) => number,
): number {
  return measured.reduce((sum, one) => sum + (one === undefined ? 0 : toMs(one)), 0);
}
