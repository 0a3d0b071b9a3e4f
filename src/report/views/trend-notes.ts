import { plural, rounded } from '../../shared/numbers.js';
import { LEAST_COVERED_PERCENT } from '../models/coverage.js';
import { toDayNumber } from '../models/calendar.js';
import { LEAST_DAYS, toDirection } from '../models/theil-sen.js';
import type { LeftOut, Trend } from '../models/trend.js';
import { GAP_SIGN } from '../view.js';
import { formatMoment } from './date-format.js';
import { coverageLine, listNotes, recordingNotes, renamedNote } from './notes.js';
import { formatDayAhead, formatLimitRange, hasBudgets } from './trend-rows.js';
import { hasRange } from './trend-spending.js';

/** What the figures are made of, and what they leave out. */
export function trendNotes(trend: Trend): string[] {
  return [
    coverageLine(trend),
    ...renamedNote(trend.renamed, { onlyUsers: trend.onlyUsers }),
    ...(trend.by === 'day' ? busiestNote(trend) : growthNotes(trend)),
    ...recordingNotes(trend),
  ];
}

function busiestNote({ hours: { busiest }, period }: Trend): string[] {
  if (busiest === null) return [];
  const moment = formatMoment(busiest.fromMs, period.timeZone);
  return [`busiest hour: ${moment} (${rounded(busiest.percent)} % of all vCPUs)`];
}

function growthNotes(trend: Trend): string[] {
  const { days, rows, total } = trend;
  const counted = countedDays(days);
  if (counted < LEAST_DAYS) {
    return [countedNote(days), `growth: it needs ${LEAST_DAYS} whole days`];
  }
  const isFlat = [...rows, total].some(({ line }) => line && toDirection(line) === 'none');
  const few = formatFewDays(days);
  const why =
    few === undefined ? 'what there is may be chance' : `no growth visible in only ${few}`;
  const isPartial = rows.some(({ since, until }) => (since ?? until) !== undefined);
  return [
    countedNote(days),
    'growth: how many more credits a day uses each week',
    ...(isFlat ? [`none: ${why}`] : []),
    ...(isPartial ? ['since, until: began or ended within these days, so there is no growth'] : []),
    ...(hasBudgets(trend) ? ['budget reached: when the mean of a week is as high'] : []),
    ...hostNote(trend),
  ];
}

/** When the host is full; of some users nothing tells it. */
function hostNote({ onlyUsers, total: { projection }, period }: Trend): string[] {
  if (onlyUsers !== null) return [];
  if (projection?.kind === 'reached') return ['the host is full: a mean day needs all its vCPUs'];
  if (!hasRange(projection)) return [];
  const today = toDayNumber(period.lastDay);
  const day = projection.kind === 'ahead' ? formatDayAhead(projection.day, today) : undefined;
  const range = formatLimitRange(projection, today);
  const when = day === undefined ? 'not full within a year' : `full about ${day}`;
  return [`the host: ${when}, if it goes on like this${range === '' ? '' : ` (${range})`}`];
}

/** In fewer days slow growth does not stand out from chance. */
const ENOUGH_DAYS = 60;

/** `28 days`; undefined where so many count that growth would be seen. */
export function formatFewDays(days: Trend['days']): string | undefined {
  const counted = countedDays(days);
  return counted < ENOUGH_DAYS ? plural(counted, 'day') : undefined;
}

const REASONS: Record<LeftOut, string> = {
  'not-over': 'not over',
  'poorly-covered': `recorded below ${LEAST_COVERED_PERCENT} %`,
  'not-recorded': 'not recorded',
};

export function countedDays(days: Trend['days']): number {
  return days.filter(({ leftOut }) => leftOut === undefined).length;
}

function countedNote(days: Trend['days']): string {
  const counted = countedDays(days);
  const reasons = (Object.keys(REASONS) as LeftOut[]).flatMap((reason) => {
    const many = days.filter(({ leftOut }) => leftOut === reason).length;
    return many === 0 ? [] : [`${many} ${REASONS[reason]}`];
  });
  const leftOut = reasons.length === 0 ? '' : `; left out (${GAP_SIGN}): ${reasons.join(', ')}`;
  return counted === 0
    ? `no whole day yet${leftOut}`
    : `mean and trend of ${plural(counted, 'day')}${leftOut}`;
}

/** Each day that does not count, and why. */
export function leftOutNotes({ days }: Trend): string[] {
  const entries = days.flatMap(({ day, leftOut, coveredPercent }) =>
    leftOut === undefined ? [] : [`${day}  ${REASONS[leftOut]}: ${rounded(coveredPercent)} %`],
  );
  return listNotes('left out', entries);
}
