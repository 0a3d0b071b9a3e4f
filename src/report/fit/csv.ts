import { isoWithOffset } from '../../shared/days.js';
import { csvText } from '../csv-text.js';
import type { Fit } from './fit.js';
import { sizeFigures } from './rounded.js';

const COLUMNS = [
  ...['host', 'from', 'to', 'size', 'vcpus', 'baseline_percent', 'credits_per_hour'],
  ...['cap_credits', 'start_balance_credits', 'lowest_balance_credits', 'throttled_seconds'],
  ...['withheld_credits', 'charged_credits', 'queued_credits', 'verdict'],
];

/** The fit as CSV with a header: a line for each size. */
export function renderFitCsv({ host, period, sizes }: Fit): string {
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  const records = sizes.map((size) => [
    ...[host, iso(period.fromMs), iso(period.toMs)],
    ...Object.values(sizeFigures(size)),
  ]);
  return csvText([COLUMNS, ...records]);
}
