import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecorderRun } from '../../../src/report/data/runs.js';
import {
  findBusiestHour,
  meanPercent,
  toBuckets,
  toDayBuckets,
  toHoursFigures,
} from '../../../src/report/models/time-buckets.js';
import { toPeriod } from '../../../src/shared/days.js';
import { sum } from '../../../src/shared/numbers.js';

const HOUR_MS = 3_600_000;
const HOURS = Array.from({ length: 24 }, (_, at) => ({
  fromMs: at * HOUR_MS,
  toMs: (at + 1) * HOUR_MS,
}));

/** From one minute of the day to another. */
function runOf([first, last]: readonly [number, number], vcpus: number): RecorderRun {
  const [startedMs, lastTickMs] = [first * 60_000, last * 60_000];
  return {
    ...{ host: 'web1', version: '0.1.0', programs: [], users: [], forks: true },
    ...{ visibility: 'all', precision: 'cuu', areAgesKnown: true, areUsersUnmapped: false },
    ...{ vcpus, intervalMs: 1_000, startedMs, lastTickMs, gaps: [], steps: [] },
    ...{ endedMs: lastTickMs, endReason: 'stopped' },
  };
}

const minute = fc.integer({ min: 0, max: 1_440 });
const runs = fc
  .tuple(fc.array(minute, { minLength: 2, maxLength: 12 }), fc.constantFrom(1, 4))
  .map(([minutes, vcpus]) => {
    const ends = [...new Set(minutes)].sort((a, b) => a - b);
    return ends.flatMap((first, at) => {
      const last = ends[at + 1];
      return at % 2 === 1 || last === undefined ? [] : [runOf([first, last], vcpus)];
    });
  });
const spent = fc.array(fc.integer({ min: 0, max: 4 * HOUR_MS }), { minLength: 24, maxLength: 24 });
const unrecorded = fc.array(
  fc.record({
    quarterMs: fc.integer({ min: 0, max: 95 }).map((at) => at * 900_000),
    id: fc.constant(1),
    cpuMs: fc.integer({ min: 1, max: 900_000 }),
  }),
  { maxLength: 4 },
);

it('no hour is called the busiest while the mean of all is above it', () => {
  fc.assert(
    fc.property(runs, spent, unrecorded, minute, (runs, cpuMs, unrecorded, nowMinute) => {
      const nowMs = nowMinute * 60_000;
      const hours = toBuckets(HOURS, cpuMs, { runs, unrecorded }, nowMs);
      const busiest = findBusiestHour(hours, nowMs);
      if (busiest === null) return;
      expect(busiest.percent).toBeGreaterThanOrEqual(meanPercent(hours) * (1 - 1e-9));
      const [day] = toDayBuckets(
        hours,
        { runs, unrecorded },
        toPeriod('1970-01-01', '1970-01-01', 'UTC'),
        nowMs,
      );
      expect(day?.cpuMs).toBe(sum(cpuMs));
    }),
  );
});

it('the current hour is the busiest as soon as a few minutes of it show it', () => {
  const cpuMs = HOURS.map((_, at) => (at < 9 ? 0.1 * HOUR_MS : at === 9 ? 0.09 * HOUR_MS : 0));
  const busiestAt = (minutes: number) => {
    const nowMs = (9 * 60 + minutes) * 60_000;
    const recorded = { runs: [runOf([0, 9 * 60 + minutes], 1)], unrecorded: [] };
    return findBusiestHour(toBuckets(HOURS, cpuMs, recorded, nowMs), nowMs)?.fromMs;
  };
  expect(busiestAt(6)).toBe(9 * HOUR_MS);
  expect(busiestAt(59)).toBe(0);
  // Four minutes may be any four; that the mean is above the other hours is known all the same.
  expect(busiestAt(4)).toBeUndefined();
});

it('what was charged to a gap makes no hour busier', () => {
  const recorded = {
    runs: [runOf([0, 15], 1), runOf([60, 120], 1)],
    unrecorded: [{ quarterMs: 900_000, id: 1, cpuMs: 45 * 60_000 }],
  };
  const cpuMs = HOURS.map((_, at) => (at === 0 ? 46.5 * 60_000 : at === 1 ? 12 * 60_000 : 0));
  const hours = toBuckets(HOURS, cpuMs, recorded, 24 * HOUR_MS);
  expect(hours.slice(0, 3).map((hour) => hour.recordedPercent)).toEqual([10, 20, null]);
  expect(toHoursFigures(hours, 24 * HOUR_MS)).toEqual({
    percent95: 20,
    percent99: 20,
    busiest: { fromMs: HOUR_MS, percent: 20 },
  });
});
