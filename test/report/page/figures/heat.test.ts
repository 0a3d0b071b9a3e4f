import { expect, it } from 'vitest';
import { chooseHeatScale, toHeat } from '../../../../src/report/page/figures/heat.js';
import { listHourStarts, toPeriod } from '../../../../src/shared/days.js';

const ZONE = 'Europe/Ljubljana';
const LATER_MS = Date.UTC(2027, 0, 1);

function hoursOf(day: string, recordedMs = 3_600_000) {
  const period = toPeriod(day, day, ZONE);
  return listHourStarts(period).map((fromMs) => ({
    ...{ fromMs, toMs: fromMs + 3_600_000 },
    ...{ cpuMs: 720_000, recordedCpuMs: 720_000, recordedMs, vcpus: recordedMs === 0 ? null : 2 },
    ...{ recordedPercent: null, capacityPercent: null },
  }));
}

it('tells how busy all vCPUs were in each hour', () => {
  const [day] = toHeat(hoursOf('2026-03-28'), ZONE, LATER_MS);
  expect(day).toEqual({ day: '2026-03-28', percents: Array.from({ length: 24 }, () => 10) });
});

it('knows nothing of an hour that was not recorded, and has none that the clock left out', () => {
  expect(toHeat(hoursOf('2026-03-28', 0), ZONE, LATER_MS)[0]?.percents).toEqual(
    Array.from({ length: 24 }, () => null),
  );
  expect(toHeat(hoursOf('2026-03-29'), ZONE, LATER_MS)[0]?.percents.slice(1, 4)).toEqual([
    10,
    undefined,
    10,
  ]);
});

it('takes an hour that comes twice as one', () => {
  const hours = hoursOf('2026-10-25').map((hour, at) =>
    at === 3 ? { ...hour, recordedCpuMs: 0 } : hour,
  );
  expect(toHeat(hours, ZONE, LATER_MS)[0]?.percents.slice(1, 4)).toEqual([10, 5, 10]);
});

it('holds each hour against what of it was recorded, and has none that has not begun', () => {
  const hours = hoursOf('2026-03-28').map((hour, at) =>
    at === 1 ? { ...hour, recordedMs: 1_800_000 } : hour,
  );
  const untilMs = (hours[1]?.fromMs ?? 0) + 1_800_000;
  expect(toHeat(hours, ZONE, untilMs)[0]?.percents.slice(0, 3)).toEqual([10, 20, undefined]);
});

const dayOf = (...percents: (number | null)[]) => [{ day: '2026-03-28', percents }];

it.each([
  [
    [30.1, null, 95],
    [30, 40, 50, 60, 70, 80, 90],
  ],
  [
    [0, 100],
    [0, 15, 30, 45, 60, 75, 90],
  ],
  [
    [0.02, 0.31],
    [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  ],
  [
    [52, 58],
    [52, 53, 54, 55, 56, 57, 58],
  ],
  [[null], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
])('has steps that hours of %j fill', (percents, scale) => {
  expect(chooseHeatScale(dayOf(...percents))).toEqual(scale);
});
