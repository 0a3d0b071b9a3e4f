import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarseTotal } from '../../../src/record/tracker/coarse.js';
import { cpuInterval, reapedInterval } from '../../../src/record/tracker/estimate.js';
import type { Interval } from '../../../src/record/tracker/interval.js';
import { startInterval } from '../../../src/record/tracker/start.js';
import { type Plan, plan, reapedMs } from '../../simulation/kernel.js';
import { contains, sampleWith } from './any-process.js';

function sampleOf(...given: [process: Plan, bootMs: number, delayMs?: number, children?: Plan[]]) {
  return sampleWith('procps 3.3', ...given);
}

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
