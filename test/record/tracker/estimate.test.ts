import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cpuInterval,
  cpuTime,
  hasFallen,
  reapedInterval,
} from '../../../src/record/tracker/estimate.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { narrowStart, startInterval } from '../../../src/record/tracker/start.js';
import { intersection, type Interval } from '../../../src/record/tracker/interval.js';
import { type Plan, plan, type PsKind, shownMs } from '../../simulation/kernel.js';
import { anyProcess, contains, sampleWith } from './any-process.js';

function sampleOf(...given: [process: Plan, bootMs: number, delayMs?: number]) {
  return sampleWith('procps 4', ...given);
}

test.each<PsKind>(['procps 4', 'procps 3.3'])(
  'with %s start and CPU time lie in their intervals at every sample, which never leave each other',
  (kind) => {
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
            const sample = sampleWith(kind, process, bootMs, delayTicks * 10);
            const narrowed = intersection(start, startInterval(sample));
            expect(narrowed).toBeDefined();
            start = narrowStart(narrowed ?? start, sample);
            const next = cpuInterval(sample, start, cpu);
            expect(contains(start, process.startMs)).toBe(true);
            expect(contains(next, shownMs(process, bootMs + delayTicks * 10))).toBe(true);
            expect(next.lowMs).toBeGreaterThanOrEqual(cpu?.lowMs ?? 0);
            expect(hasFallen(sample, next)).toBe(false);
            expect(next.bestMs).toBeGreaterThanOrEqual(next.highMs === 0 ? 0 : next.lowMs);
            expect(next.bestMs).toBeLessThanOrEqual(next.highMs + 10);
            cpu = next;
          }
        },
      ),
    );
  },
);

test('some samples of a busy process tell its start to some hundredths of a second', () => {
  const worker = plan({ startMs: 1_230, percent: 7.3 });
  let start = { lowMs: -Infinity, highMs: Infinity };
  for (const at of [3_000, 4_000, 5_000, 6_000]) {
    const sample = sampleOf(worker, at);
    start = narrowStart(intersection(start, startInterval(sample)) ?? start, sample);
  }
  expect(contains(start, 1_230)).toBe(true);
  expect(start.highMs - start.lowMs).toBeLessThanOrEqual(80);
});

test('three decimals of utilisation tell the CPU time of a young process to some hundredths', () => {
  const worker = plan({ startMs: 0, percent: 7 });
  const samples = [8_030, 9_240, 10_450, 11_660, 12_870, 14_080].map((at) => sampleOf(worker, at));
  const start = samples
    .map((sample) => startInterval(sample))
    .reduce((a, b) => intersection(a, b) ?? a);
  const last = samples.at(-1);
  if (last === undefined) throw new Error('no sample');
  const cpu = cpuInterval(last, start);
  expect(cpu.highMs - cpu.lowMs).toBeLessThanOrEqual(50);
  expect(Math.abs(cpu.bestMs - shownMs(worker, 14_090))).toBeLessThanOrEqual(40);
});

test('above 99 per cent only the whole seconds and the cap are known', () => {
  const sample = sampleOf(plan({ startMs: 0, percent: 100 }), 10_500);
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(sample.exact?.cuu).toBe(99.999);
  expect(cpu).toMatchObject({ lowMs: 10_000, highMs: 10_990 });
});

test('a process with several threads is bounded by its whole seconds', () => {
  const sample = sampleOf(plan({ startMs: 0, percent: 390 }), 10_000);
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(cpu).toMatchObject({ lowMs: 39_000, highMs: 39_990 });
});

test('above 99 per cent pcpu tells where in the second it is, where no child has ended', () => {
  for (const percent of [100, 133.3, 390]) {
    const busy = plan({ startMs: 0, percent });
    const sample = sampleOf(busy, 20_500);
    const cpu = cpuInterval(sample, { lowMs: 0, highMs: 0 });
    expect(Math.abs(cpu.bestMs - shownMs(busy, 20_510))).toBeLessThanOrEqual(125);
  }
});

test('what pcpu counts of ended children is none of the own', () => {
  const sample = sampleOf(plan({ startMs: 0, percent: 100 }), 10_100);
  const exact = { cuu: 99.999, cuc: 99.999 };
  const parent: Sample = { ...sample, bsdtime: 15, pcpu: 150, exact };
  const [start, reapedMs] = [{ lowMs: 0, highMs: 0 }, 5_050];
  const children = { accountedMs: reapedMs, areSettled: true };
  const reaped = { lowMs: reapedMs, highMs: reapedMs };
  const cpu = cpuInterval(parent, start, undefined, children, reaped);
  expect(cpu).toMatchObject({ lowMs: 10_000, highMs: 10_990 });
  expect(Math.abs(cpu.bestMs - 10_100)).toBeLessThanOrEqual(100);
});

test('a process that ps shows no utilisation of has used nothing, however young', () => {
  const sample = sampleOf(plan({ startMs: 1_000 }), 1_200);
  const cpu = cpuInterval(sample, startInterval(sample));
  expect(cpu.bestMs).toBe(0);
});

test('what a process has never used has no cut-off part either', () => {
  expect(cpuTime({ lowMs: 0, highMs: 0 }).bestMs).toBe(0);
  expect(cpuTime({ lowMs: 40, highMs: 60 }).bestMs).toBe(60);
});

test('reaped time is what bsdtime and cuc hold beyond the own time', () => {
  const sample = sampleOf(plan({ startMs: 0, percent: 10 }), 20_000);
  const parent: Sample = { ...sample, bsdtime: 7, pcpu: 36, exact: { cuu: 10, cuc: 36 } };
  const start = { lowMs: 0, highMs: 0 };
  const own = cpuInterval(parent, start);
  const reaped = reapedInterval(parent, start, own);
  expect(contains(reaped, 5_200)).toBe(true);
  expect(reaped.highMs - reaped.lowMs).toBeLessThanOrEqual(60);
});
