import { plural, rounded } from '../../shared/numbers.js';
import { LEAST_COVERED_PERCENT } from '../models/coverage.js';
import { findOnlyUser } from '../models/day.js';
import { LEAST_DAYS } from '../models/theil-sen.js';
import type { LeftOut, Trend } from '../models/trend.js';
import { GAP_SIGN } from '../view.js';
import { formatMoment } from './date-format.js';
import { coverageLine, listNotes, recordingNotes, renamedNote } from './notes.js';

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
    return [countedNote(days), `no trend: it needs ${LEAST_DAYS} whole days`];
  }
  const isFlat = [...rows, total].some(({ projection }) => projection?.kind === 'no-trend');
  const few = formatFewDays(days);
  return [
    countedNote(days),
    'growth: how many more credits a day uses each week',
    `limit: when the weekly mean reaches ${formatLimits(trend)}`,
    ...(isFlat && few !== undefined ? [`no trend: no growth visible in only ${few}`] : []),
  ];
}

function formatLimits(trend: Trend): string {
  const { onlyUsers, by } = trend;
  const ofRow = by === 'user' ? 'the user’s budget' : 'one vCPU';
  if (onlyUsers === null) return `${ofRow} (in the total: the host’s capacity)`;
  if (findOnlyUser(trend) === null || by === 'user') return ofRow;
  return `${ofRow} (in the total: the user’s budget)`;
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
