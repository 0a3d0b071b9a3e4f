import { plural, rounded, roundedDown, upToHundredths } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import type { Period } from '../../shared/days.js';
import { isWholeHost } from '../data/runs.js';
import {
  findOnlyUser,
  isOnCourse,
  isOver,
  recordedPercent,
  type JournalReport,
  type Report,
  type ReportRow,
} from '../models/day.js';
import type { BusyHour } from '../models/time-buckets.js';
import { NO_BREAK_SPACE } from '../view.js';
import { formatHour, formatShortMoment, formatPeriod } from './date-format.js';

/** What the figures of any table are of. */
interface Headed {
  host: string;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  /** Null where they are not known. */
  vcpus: number | null;
}

/**
 * Of which host and days a report is, how much of them was recorded, and how busy the host was.
 *
 * @param busiest of the hours; undefined where they were not read
 */
export function reportHeading(report: Report, busiest?: BusyHour | null): string[][] {
  const { onlyUsers } = report;
  const whose = onlyUsers === null ? [] : [`only ${onlyUsers.label}`];
  const place = formatPlace({ ...report, host: report.host ?? formatHosts(report) }, whose);
  if (report.source === 'influx') return [place];
  const { recordedMs, elapsedMs } = report.coverage;
  const recorded = `recorded ${roundedDown(recordedMs, elapsedMs)} %`;
  const busy = formatBusy(report, busiest ?? null);
  return [[...place, recorded], ...(busy === undefined ? [] : [[busy]])];
}

/**
 * What every table begins with: the host and the days, and below them its vCPUs.
 *
 * @param whose of whom the figures are, behind the host
 * @param meaning what they mean, behind the vCPUs
 */
export function formatHeading(
  headed: Headed,
  whose: readonly string[],
  meaning: readonly string[],
): string[][] {
  const { vcpus } = headed;
  return [
    formatPlace(headed, whose),
    [...(vcpus === null ? [] : [formatVcpus(vcpus)]), ...meaning],
  ];
}

/** `web1 · Wed 25 Nov 2026 until 16:30 UTC`; the zone stands by itself behind whole days. */
function formatPlace(headed: Omit<Headed, 'vcpus'>, whose: readonly string[]): string[] {
  const { host, period, untilMs } = headed;
  const days = formatPeriod(period, 'short');
  const until = `${days} until ${formatShortMoment(untilMs, period)} ${period.timeZone}`;
  return [host, ...whose, ...(untilMs < period.toMs ? [until] : [days, period.timeZone])];
}

/** `4 vCPUs: 55.3 % busy on average, 72.1 % in the busiest hour (14:00)` */
function formatBusy(report: JournalReport, busiest: BusyHour | null): string | undefined {
  const { vcpus, total, coverage, period } = report;
  const percent = recordedPercent(total, report);
  if (vcpus === null || percent === null) return undefined;
  const when = coverage.complete ? 'on average' : 'on average while recorded';
  const mean = `${formatVcpus(vcpus)}: ${rounded(percent)} % ${formatUse(report)} ${when}`;
  if (busiest === null) return mean;
  const hour = `hour (${formatHour(busiest.fromMs, period)})`.replaceAll(' ', NO_BREAK_SPACE);
  return `${mean}, ${rounded(busiest.percent)} % in the busiest ${hour}`;
}

/** Where not every process could be seen nobody knows how busy the host was. */
function formatUse({ onlyUsers, runs }: JournalReport): string {
  if (onlyUsers !== null) return `used by ${onlyUsers.label}`;
  return isWholeHost(runs) ? 'busy' : 'used by recorded processes';
}

/** So many users are named. */
const MOST_NAMED = 3;

/** How many rows there are, what users may spend, and who does not keep to it. */
export function formatStanding(report: Report): string[] {
  const { by, budgetsAreGiven, standing } = report;
  const onlyUser = findOnlyUser(report);
  if (onlyUser !== null) return budgetsAreGiven ? formatOwnStanding(report, onlyUser) : [];
  if (standing.rows === 0 || by === 'host') return [];
  const many = plural(standing.rows, by);
  if (by !== 'user') return [many];
  if (!budgetsAreGiven) return [many, 'no budget set (--budget)'];
  const { over, onCourse } = standing;
  const overPart = over.length > 0 ? [formatNamed(over, 'over it')] : [];
  const onCoursePart = onCourse.length > 0 ? [formatNamed(onCourse, 'on course to exceed it')] : [];
  const nobody = `nobody over it${report.projectionFactor === null ? '' : ' or on course to exceed it'}`;
  const trouble = [...overPart, ...onCoursePart];
  return [many, formatBudget(report), ...(trouble.length === 0 ? [nobody] : trouble)];
}

function formatOwnStanding({ projectionFactor, period }: Report, row: ReportRow): string[] {
  const budget = formatAmount(row.budgetCpuMs, period);
  if (isOver(row)) return [budget, 'over it'];
  return [budget, isOnCourse(row, projectionFactor) ? 'on course to exceed it' : 'within it'];
}

/** `budget 1,440 credits each (in all 9.75 × this host)`; where budgets differ they stand in the rows. */
function formatBudget({ commonBudgetCpuMs, standing, capacityCpuMs, period }: Report): string {
  const budget =
    commonBudgetCpuMs === null
      ? 'different budgets'
      : formatAmount(commonBudgetCpuMs, period, ' each');
  if (capacityCpuMs === null) return budget;
  return `${budget} (in all ${rounded(standing.budgetCpuMs / capacityCpuMs)} × this host)`;
}

function formatAmount(budgetCpuMs: number, { days }: Period, whose = ''): string {
  const inDays = days === 1 ? '' : ` in these ${days} days`;
  return `budget ${upToHundredths(credits(budgetCpuMs))} credits${whose}${inDays}`;
}

/** `2 over it: foo_com, bar_org`; of many only how many they are. */
function formatNamed(keys: readonly string[], what: string): string {
  const names = keys.length > MOST_NAMED ? '' : `: ${keys.join(', ')}`;
  return `${keys.length} ${what}${names}`;
}

/** The figures of days that are not over are those up to now. */
export function untilNow({ untilMs, period }: Pick<Report, 'untilMs' | 'period'>): string {
  return untilMs < period.toMs ? `, until ${formatShortMoment(untilMs, period)}` : '';
}

/** The only one by its name. */
function formatHosts({ hostNames }: Report): string {
  const [only] = hostNames;
  return only !== undefined && hostNames.length === 1 ? only : plural(hostNames.length, 'host');
}

export function formatVcpus(vcpus: number): string {
  return vcpus === 1 ? '1 vCPU' : `${upToHundredths(vcpus)} vCPUs`;
}
