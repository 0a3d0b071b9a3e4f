import { expect, it } from 'vitest';
import { heatOf } from '../../../../src/report/html/figures/heat.js';
import { hourStartsOf, periodOfDays } from '../../../../src/shared/days.js';

const ZONE = 'Europe/Ljubljana';

function hoursOf(day: string, recordedMs = 3_600_000) {
  const period = periodOfDays(day, day, ZONE);
  return hourStartsOf(period).map((fromMs) => ({
    ...{ fromMs, toMs: fromMs + 3_600_000 },
    ...{ cpuMs: 720_000, recordedMs, vcpus: recordedMs === 0 ? null : 2 },
  }));
}

it('tells how busy all vCPUs were in each hour', () => {
  const [day] = heatOf(hoursOf('2026-03-28'), ZONE);
  expect(day).toEqual({ day: '2026-03-28', percents: Array.from({ length: 24 }, () => 10) });
});

it('knows nothing of an hour that was not recorded, nor of one that the clock left out', () => {
  expect(heatOf(hoursOf('2026-03-28', 0), ZONE)[0]?.percents).toEqual(
    Array.from({ length: 24 }, () => null),
  );
  expect(heatOf(hoursOf('2026-03-29'), ZONE)[0]?.percents.slice(1, 4)).toEqual([10, null, 10]);
});

it('takes an hour that comes twice as one', () => {
  const hours = hoursOf('2026-10-25').map((hour, at) => (at === 3 ? { ...hour, cpuMs: 0 } : hour));
  expect(heatOf(hours, ZONE)[0]?.percents.slice(1, 4)).toEqual([10, 5, 10]);
});
