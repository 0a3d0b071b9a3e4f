import { credits, utilSecondsToCredits, UTIL_SECONDS_PER_VCPU_DAY } from '../../shared/units.js';
import type { Period } from '../../shared/days.js';
import type { Report } from '../models/day.js';
import { formatPeriod, formatShortMoment } from './date-format.js';
import { count, plural, upToHundredths } from '../../shared/numbers.js';

/** What the figures of any table are of. */
interface Headed {
  host: string;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  /** Null where they are not known. */
  vcpus: number | null;
}

/** Of which host and days a report is, and what its figures mean. */
export function reportHeading(report: Report): string[][] {
  const { by, onlyUsers, commonBudgetCpuMs, period } = report;
  const meaning = [
    '100 % = one vCPU',
    ...(by === 'user'
      ? // Budgets are of days.
        period.hours === undefined
        ? formatBudget(commonBudgetCpuMs)
        : []
      : [`one vCPU's day: ${count(utilSecondsToCredits(UTIL_SECONDS_PER_VCPU_DAY))} credits`]),
  ];
  const whose = onlyUsers === null ? [] : [`only ${onlyUsers.label}`];
  return formatHeading({ ...report, host: report.host ?? formatHosts(report) }, whose, meaning);
}

/**
 * What every table begins with: the host and the days, and below them its vCPUs.
 *
 * @param whose of whom the figures are, behind the host
 * @param meaning what they mean, behind the vCPUs
 */
export function formatHeading(
  { host, period, untilMs, vcpus }: Headed,
  whose: readonly string[],
  meaning: readonly string[],
): string[][] {
  const days = formatPeriod(period) + untilNow({ period, untilMs });
  return [
    [host, ...whose, days, period.timeZone],
    [...(vcpus === null ? [] : [formatVcpus(vcpus)]), ...meaning],
  ];
}

/** Nothing where budgets differ: they stand in the rows. */
function formatBudget(commonBudgetCpuMs: number | null): string[] {
  if (commonBudgetCpuMs === null) return [];
  return [`budget: ${upToHundredths(credits(commonBudgetCpuMs))} credits each`];
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
