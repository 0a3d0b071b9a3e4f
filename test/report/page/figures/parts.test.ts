import { expect, it } from 'vitest';
import { splitIntoParts, chooseStep } from '../../../../src/report/page/figures/parts.js';
import { toPeriod } from '../../../../src/shared/days.js';

const ZONE = 'Europe/Ljubljana';
const labelsOf = (first: string, last: string) =>
  splitIntoParts(toPeriod(first, last, ZONE)).map(({ label }) => label);

it('shows a day in the hours of its clock', () => {
  const labels = labelsOf('2026-03-29', '2026-03-29');
  expect(labels).toHaveLength(23);
  expect(labels.slice(0, 4)).toEqual(['00:00', '01:00', '03:00', '04:00']);
});

it('tells an hour that comes twice by its offset', () => {
  const labels = labelsOf('2026-10-25', '2026-10-25');
  expect(labels.slice(1, 5)).toEqual(['01:00', '02:00 +02:00', '02:00 +01:00', '03:00']);
});

it('shows a longer period in days, and one of years in months', () => {
  expect(chooseStep(toPeriod('2026-03-28', '2026-03-29', ZONE))).toBe('hour');
  expect(labelsOf('2026-03-28', '2026-03-30')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
  expect(labelsOf('2025-12-31', '2026-04-02')).toEqual([
    '2025-12',
    '2026-01',
    '2026-02',
    '2026-03',
    '2026-04',
  ]);
});

it.each([
  ['2026-10-24', '2026-10-25'],
  ['2026-03-01', '2026-03-31'],
  ['2024-01-15', '2026-11-03'],
])('leaves no hole from %s to %s', (first, last) => {
  const period = toPeriod(first, last, ZONE);
  const parts = splitIntoParts(period);
  expect(parts.at(0)?.fromMs).toBe(period.fromMs);
  expect(parts.at(-1)?.toMs).toBe(period.toMs);
  expect(parts.slice(1).map(({ fromMs }) => fromMs)).toEqual(
    parts.slice(0, -1).map(({ toMs }) => toMs),
  );
  expect(new Set(parts.map(({ label }) => label)).size).toBe(parts.length);
});
