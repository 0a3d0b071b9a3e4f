import fc from 'fast-check';
import type { Interval } from '../../../src/record/tracker/interval.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { type Plan, plan, type PsKind, simulatedPs } from '../../simulation/kernel.js';

/** A process that starts at any tick, and is as busy as many threads or not at all. */
export const anyProcess = fc
  .record({
    startMs: fc.integer({ min: 0, max: 20_000 }).map((ticks) => ticks * 10),
    percent: fc.integer({ min: 0, max: 80_000 }).map((hundredths) => hundredths / 100),
  })
  .map(plan);

/** What a ps shows of one process, which has `children` besides. */
export function sampleWith(
  kind: PsKind,
  process: Plan,
  bootMs: number,
  delayMs = 10,
  children: Plan[] = [],
): Sample {
  const { samples } = simulatedPs([process, ...children], bootMs, delayMs, kind);
  const sample = samples.get(process.pid);
  if (sample === undefined) throw new Error('the process is not there yet');
  return sample;
}

export function contains(interval: Interval, valueMs: number): boolean {
  return interval.lowMs <= valueMs && valueMs <= interval.highMs;
}
