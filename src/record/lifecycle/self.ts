import type { Sample } from '../ps/sample.js';
import { cpuInterval, reapedInterval } from './estimate.js';
import { intersection, type Interval } from './interval.js';
import { narrowStart, startInterval } from './start.js';

/** The recorder's own CPU time, as ps shows it: its own and that of each ps it ran. */
export interface SelfMeasure {
  start: Interval;
  cpu: Interval;
  reaped: Interval;
}

/** @param before what the sample before told; undefined at the first */
export function measureSelf(before: SelfMeasure | undefined, sample: Sample): SelfMeasure {
  const shown = startInterval(sample);
  const known = (before && intersection(before.start, shown)) ?? shown;
  const start = narrowStart(known, sample);
  const cpu = cpuInterval(sample, start, before?.cpu);
  return { start, cpu, reaped: reapedInterval(sample, start, cpu, before?.reaped) };
}

/** What it has used for certain since it started, in ms. */
export function selfCpuMs(self: SelfMeasure | undefined): number {
  return self === undefined ? 0 : self.cpu.lowMs + self.reaped.lowMs;
}
