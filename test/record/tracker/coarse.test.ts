import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarseTotal } from '../../../src/record/tracker/coarse.js';
import { cpuInterval, reapedInterval } from '../../../src/record/tracker/estimate.js';
import { intersection, type Interval } from '../../../src/record/tracker/interval.js';
import { narrowStart, startInterval } from '../../../src/record/tracker/start.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { type Plan, plan, reapedMs, shownMs, simulatedPs } from '../../simulation/kernel.js';

function sampleOf(process: Plan, bootMs: number, delayMs = 10, children: Plan[] = []): Sample {
  const { samples } = simulatedPs([process, ...children], bootMs, delayMs, 'procps 3.3');
  const sample = samples.get(process.pid);
  if (sample === undefined) throw new Error('the process is not there yet');
  return sample;
}

function contains(interval: Interval, valueMs: number): boolean {
  return interval.lowMs <= valueMs && valueMs <= interval.highMs;
}

const anyProcess = fc
  .record({
    startMs: fc.integer({ min: 0, max: 20_000 }).map((ticks) => ticks * 10),
    percent: fc.integer({ min: 0, max: 80_000 }).map((hundredths) => hundredths / 100),
  })
  .map(plan);

test('start and CPU time of a process without children lie in their intervals at every sample', () => {
  fc.assert(
    fc.property(
      anyProcess,
      fc.array(fc.integer({ min: 10, max: 300_000 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 3 }),
      (process, steps, delayTicks) => {
        let bootMs = process.startMs + 20;
        let start: Interval = { lowMs: -Infinity, highMs: Infinity };
        let cpu: Interval | undefined;
        for (const step of steps) {
          bootMs += Math.round(step / 10) * 10;
          const sample = sampleOf(process, bootMs, delayTicks * 10);
          const narrowed = intersection(start, startInterval(sample));
          expect(narrowed).toBeDefined();
          start = narrowStart(narrowed ?? start, sample);
          const next = cpuInterval(sample, start, cpu);
          expect(contains(start, process.startMs)).toBe(true);
          expect(contains(next, shownMs(process, bootMs + delayTicks * 10))).toBe(true);
          expect(next.lowMs).toBeGreaterThanOrEqual(cpu?.lowMs ?? 0);
          cpu = next;
        }
      },
    ),
  );
});

test('own and reaped CPU time always make up what ps shows of both together', () => {
  const child = plan({ pid: 200, ppid: 100, startMs: 1_000, lifeMs: 3_000, percent: 77 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 12 }),
      fc.boolean(),
      (percent, steps, areSettled) => {
        const parent = plan({ startMs: 0, percent });
        let [bootMs, own, reaped]: [number, Interval | undefined, Interval | undefined] = [
          500,
          undefined,
          undefined,
        ];
        for (const step of steps) {
          bootMs += step * 10;
          const sample = sampleOf(parent, bootMs, 10, [child]);
          const start = startInterval(sample);
          const accountedMs = Math.round(reapedMs(parent, bootMs, [parent, child]));
          own = cpuInterval(sample, start, own, { accountedMs, areSettled });
          reaped = reapedInterval(sample, start, own, reaped);
          const total = coarseTotal(sample);
          expect(own.lowMs + reaped.lowMs).toBeLessThanOrEqual(total.highMs + 1_000);
          expect(own.highMs + reaped.highMs).toBeGreaterThanOrEqual(total.lowMs);
        }
      },
    ),
  );
});

test('pcpu over whole seconds tells CPU time to a thousandth of the age', () => {
  const worker = plan({ startMs: 0, percent: 7 });
  const sample = sampleOf(worker, 10_500);
  expect(sample).toMatchObject({ etimes: 10, times: 0, pcpu: 7.3, exact: null });
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(cpu).toMatchObject({ lowMs: 730, highMs: 730 });
});

test('in its first second a process has used no more than its threads could', () => {
  const sample = sampleOf(plan({ startMs: 1_000 }), 1_200);
  expect(sample.etimes).toBe(0);
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(cpu.lowMs).toBe(0);
  expect(cpu.highMs).toBeLessThanOrEqual(230);
});

test('without an age nothing is made of the percentages', () => {
  const sample = { ...sampleOf(plan({ startMs: 0, percent: 30 }), 20_000), etimes: null, pcpu: 0 };
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(cpu).toMatchObject({ lowMs: 6_000, highMs: 6_990 });
  expect(startInterval(sample).highMs).toBe(20_020);
});

test('as long as a child that has gone is not on record the own CPU time stays in its place', () => {
  const sample = { ...sampleOf(plan({ startMs: 0, percent: 3 }), 20_000), bsdtime: 4, pcpu: 22 };
  const before = { lowMs: 600, highMs: 600 };
  const waiting = { accountedMs: 0, areSettled: false };
  expect(cpuInterval(sample, startInterval(sample), before, waiting)).toMatchObject(before);
  const settled = { accountedMs: 3_790, areSettled: true };
  const after = cpuInterval(sample, startInterval(sample), before, settled);
  expect(contains(after, 610)).toBe(true);
});
