import { expect, it } from 'vitest';
import { toHeat } from '../../../../src/report/page/figures/heat.js';
import { listHourStarts, toPeriod } from '../../../../src/shared/days.js';

const ZONE = 'Europe/Ljubljana';
const LATER_MS = Date.UTC(2027, 0, 1);

function hoursOf(day: string, recordedMs = 3_600_000) {
  const period = toPeriod(day, day, ZONE);
  return listHourStarts(period).map((fromMs) => ({
    ...{ fromMs, toMs: fromMs + 3_600_000 },
    ...{ cpuMs: 720_000, recordedMs, vcpus: recordedMs === 0 ? null : 2 },
  }));
}

it('tells how busy all vCPUs were in each hour', () => {
  const [day] = toHeat(hoursOf('2026-03-28'), ZONE, LATER_MS);
  expect(day).toEqual({ day: '2026-03-28', percents: Array.from({ length: 24 }, () => 10) });
});

it('knows nothing of an hour that was not recorded, nor of one that the clock left out', () => {
  expect(toHeat(hoursOf('2026-03-28', 0), ZONE, LATER_MS)[0]?.percents).toEqual(
    Array.from({ length: 24 }, () => null),
  );
  expect(toHeat(hoursOf('2026-03-29'), ZONE, LATER_MS)[0]?.percents.slice(1, 4)).toEqual([
    10,
    null,
    10,
  ]);
});

it('takes an hour that comes twice as one', () => {
  const hours = hoursOf('2026-10-25').map((hour, at) => (at === 3 ? { ...hour, cpuMs: 0 } : hour));
  expect(toHeat(hours, ZONE, LATER_MS)[0]?.percents.slice(1, 4)).toEqual([10, 5, 10]);
});

it('holds the hour that is not over against what of it is', () => {
  const hours = hoursOf('2026-03-28').slice(0, 2);
  const untilMs = Math.max(...hours.map(({ fromMs }) => fromMs)) + 1_800_000;
  expect(toHeat(hours, ZONE, untilMs)[0]?.percents.slice(0, 3)).toEqual([10, 20, null]);
});
