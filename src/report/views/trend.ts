import { upToHundredths } from '../../shared/numbers.js';
import { capacityUtilSeconds, utilSecondsToCredits } from '../../shared/units.js';
import { LEAST_COVERED_PERCENT } from '../models/coverage.js';
import type { Trend } from '../models/trend.js';
import {
  toDocument,
  type DocumentType,
  field,
  list,
  object,
  objectOrNull,
  bindField,
  type Screen,
  toSheet,
  type View,
} from '../view.js';
import {
  COVERAGE,
  DAYS,
  FROM,
  HOST,
  NAMES,
  OTHERS_COUNT,
  RENAMED_USERS,
  TIME_ZONE,
  TO,
  UTIL_SECONDS_PER_VCPU,
  VCPUS,
  whoseFields,
} from './facts.js';
import { formatHeading } from './heading.js';
import { TREND_DAY, TREND_DAY_SHEET, trendDaysTable, TREND_HOURS } from './trend-days.js';
import { ONLY_USER, ONLY_USERS } from './report-facts.js';
import { countedDays, leftOutNotes, trendNotes } from './trend-notes.js';
import { hasBudgets, rowsSheet, rowsTable } from './trend-rows.js';
import { DAILY, LIMITED, SPENDING } from './trend-spending.js';

const rowsBy = (by: Trend['by']) => (trend: Trend) => (trend.by === by ? trend.rows : undefined);

export const TREND: DocumentType<Trend> = {
  view: 'trend',
  command: 'psusage report --days <n> --format json',
  about: 'What was spent day by day, how it grows, and when a budget or the host is full.',
  members: [
    field<Trend>(
      'source',
      'text',
      () => 'journal',
      'Source of the figures: always the journal, which knows what was recorded.',
      { options: ['journal'] },
    ),
    field<Trend>(
      'by',
      'text',
      ({ by }) => by,
      'What a row is. By day there are neither rows nor others.',
      { options: ['user', 'program', 'command', 'day'] },
    ),
    ...[HOST, ONLY_USER, ONLY_USERS, FROM, TO, TIME_ZONE, DAYS, VCPUS, UTIL_SECONDS_PER_VCPU],
    field<Trend>(
      'capacityUtilSeconds',
      'number',
      ({ vcpus, period }) => vcpus && capacityUtilSeconds(vcpus, period.toMs - period.fromMs),
      'Capacity of the host in the whole period: vCPUs × its real length, in util-seconds. Null when vcpus is.',
      { nullable: true },
    ),
    ...[COVERAGE, RENAMED_USERS],
    field<Trend>(
      'daysCounted',
      'count',
      ({ days }) => countedDays(days),
      `Days that are over and of which at least ${LEAST_COVERED_PERCENT} % was recorded.`,
    ),
    list(
      'calendar',
      'The days in order, with what all users spent, or those whom the trend is of.',
      TREND_DAY,
      ({ days }: Trend) => days,
    ),
    object('hours', 'All hours of the period together.', TREND_HOURS, ({ hours }: Trend) => hours),
    list('users', 'By user, which is the default.', [...NAMES.user, ...LIMITED], rowsBy('user')),
    list('programs', 'With --by program.', [...NAMES.program, ...LIMITED], rowsBy('program')),
    list('commands', 'With --by command.', [...NAMES.command, ...LIMITED], rowsBy('command')),
    objectOrNull(
      'others',
      'The sum of the rows that --top leaves out; null where there are none. Absent by day.',
      [OTHERS_COUNT, ...SPENDING, DAILY],
      ({ by, others }: Trend) => (by === 'day' ? undefined : others),
    ),
    object(
      'total',
      'All that was recorded. Its limit is what the host can spend in 24 hours with the vCPUs that it has had last; of one user the budget, of several none.',
      LIMITED,
      ({ total }: Trend) => total,
    ),
  ],
  variants: [['users', 'others'], ['programs', 'others'], ['commands', 'others'], []],
};

/**
 * What each row spends day by day and where that leads, or each day with its hours.
 *
 * @param isVerbose whether people are told of each day that does not count
 */
export function trendView(trend: Trend, isVerbose: boolean): View {
  return {
    timeZone: trend.period.timeZone,
    document: toDocument(TREND, trend),
    sheet:
      trend.by === 'day'
        ? toSheet([bindField(HOST, trend), ...whoseFields(trend), ...TREND_DAY_SHEET], trend.days)
        : rowsSheet(trend),
    screen: () => toScreen(trend, isVerbose),
  };
}

function toScreen(trend: Trend, isVerbose: boolean): Screen {
  return {
    heading: formatHeading(
      trend,
      trend.onlyUsers === null ? [] : [`only ${trend.onlyUsers.label}`],
      budgetPart(trend),
    ),
    tables: [trend.by === 'day' ? trendDaysTable(trend, isVerbose) : rowsTable(trend)],
    notes: [
      ...(trend.coverage.recordedMs === 0
        ? [`nothing was recorded in these ${trend.period.days} days`]
        : trendNotes(trend)),
      ...(isVerbose ? leftOutNotes(trend) : []),
    ],
  };
}

/** Where budgets differ there is none to be named. */
function budgetPart(trend: Trend): string[] {
  const { commonBudgetUtilSeconds } = trend;
  if (trend.by === 'user' && !trend.budgetsAreGiven) return ['no budget set (--budget)'];
  if (!hasBudgets(trend)) return [];
  if (commonBudgetUtilSeconds === null) return ['budgets as given'];
  return [
    `budget: ${upToHundredths(utilSecondsToCredits(commonBudgetUtilSeconds))} credits a day each`,
  ];
}
