import { decimal, plural } from '../../shared/numbers.js';
import { renamedLine } from '../renamed-users.js';
import { coverageLine, hiddenLine, precisionLines, selectionLine } from '../views/notes.js';
import { momentInWords } from '../views/date-format.js';
import { GAP_SIGN } from './sparkline.js';
import { LEAST_COVERED_PERCENT } from '../data/coverage.js';
import { LEAST_DAYS } from './theil-sen.js';
import type { LeftOut, Trend, TrendDay } from './trend.js';

/** No list is longer than this; the rest is said in one line. */
const MAX_LISTED = 500;

const REASONS: Record<LeftOut, string> = {
  'not-over': 'not over',
  'poorly-covered': `recorded below ${LEAST_COVERED_PERCENT} %`,
  'not-recorded': 'not recorded',
};

/** What the table is made of, and what it leaves out. Each line as long as it is. */
export function noteLines(trend: Trend): string[] {
  return [
    coverageLine(trend),
    ...renamedLine(trend.renamed),
    ...(trend.by === 'day' ? busiestLine(trend) : trendLines(trend)),
    ...selectionLine(trend),
    ...hiddenLine(trend),
    ...precisionLines(trend.runs),
  ];
}

/** Each day that does not count, and why. */
export function leftOutLines({ days }: Trend): string[] {
  const entries = days.flatMap(({ day, leftOut, coveredPercent }) =>
    leftOut === undefined ? [] : [`  ${day}  ${REASONS[leftOut]}: ${decimal(coveredPercent)} %`],
  );
  if (entries.length === 0) return [];
  const more = entries.length - MAX_LISTED;
  return [
    '',
    'left out',
    ...entries.slice(0, MAX_LISTED),
    ...(more > 0 ? [`  … and ${plural(more, 'day')} more`] : []),
  ];
}

function trendLines(trend: Trend): string[] {
  const counted = trend.days.filter(({ leftOut }) => leftOut === undefined).length;
  const fitted =
    counted < LEAST_DAYS
      ? [`no trend: it takes ${LEAST_DAYS} whole days to tell growth from the rhythm of a week`]
      : [
          "growth: by how many credits a day's use grows each week",
          'limit: of a row the budget, of the total all vCPUs; reached by the mean of a week',
        ];
  return [countedLine(trend.days, counted), ...fitted];
}

function countedLine(days: readonly TrendDay[], counted: number): string {
  const reasons = (Object.keys(REASONS) as LeftOut[]).flatMap((reason) => {
    const many = days.filter(({ leftOut }) => leftOut === reason).length;
    return many === 0 ? [] : [`${many} ${REASONS[reason]}`];
  });
  const leftOut = reasons.length === 0 ? '' : `; left out (${GAP_SIGN}): ${reasons.join(', ')}`;
  return counted === 0
    ? `no day counts yet${leftOut}`
    : `mean and trend of ${plural(counted, 'day')}${leftOut}`;
}

function busiestLine({ hours: { busiest }, period }: Trend): string[] {
  if (busiest === null) return [];
  const moment = momentInWords(busiest.fromMs, period.timeZone);
  return [`busiest hour: ${moment} (${decimal(busiest.percent)} % of all vCPUs)`];
}
