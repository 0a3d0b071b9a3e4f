import { harmlessText } from '../../shared/harmless-text.js';
import { creditsOfUtilSeconds, UTIL_SECONDS_PER_VCPU_DAY } from '../../shared/units.js';
import type { Period } from '../../shared/days.js';
import type { FleetReport, Report } from '../report.js';
import { periodInWords, shortMoment } from './date-format.js';
import { count, plural, upToHundredths } from '../../shared/numbers.js';
import { wrapParts } from '../formats/wrap.js';

/** What the figures of any table are of. */
interface Headed {
  host: string;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  /** Null where they are not known. */
  vcpus: number | null;
}

/** Of which host and days the table is, and what its figures mean. */
export function headLines(report: Report, columns: number): string[] {
  const { by, period, untilMs } = report;
  const { host, vcpus } =
    report.source === 'journal' ? report : { host: hostsInWords(report), vcpus: null };
  const meaning = [
    '100 % = one vCPU',
    ...(by === 'user'
      ? budgetInWords(report)
      : [`one vCPU's day: ${count(creditsOfUtilSeconds(UTIL_SECONDS_PER_VCPU_DAY))} credits`]),
  ];
  return headOf({ host, period, untilMs, vcpus }, userInWords(report), meaning, columns);
}

/** The heading in lines; see `headingOf`. */
function headOf(
  headed: Headed,
  whose: readonly string[],
  meaning: readonly string[],
  columns: number,
): string[] {
  return headingOf(headed, whose, meaning).flatMap((parts) => wrapParts(parts, columns));
}

/**
 * What every table begins with: the host and the days, and below them its vCPUs.
 *
 * @param whose of whom the figures are, behind the host
 * @param meaning what they mean, behind the vCPUs
 */
export function headingOf(
  { host, period, untilMs, vcpus }: Headed,
  whose: readonly string[],
  meaning: readonly string[],
): string[][] {
  const days = periodInWords(period) + untilNow({ period, untilMs });
  return [
    [harmlessText(host), ...whose, days, period.timeZone],
    [...(vcpus === null ? [] : [vcpusInWords(vcpus)]), ...meaning],
  ];
}

/** Whom the report is of, where it is of one user alone. */
function userInWords(report: Report): string[] {
  const onlyUser = report.source === 'journal' ? report.onlyUser : null;
  return onlyUser === null ? [] : [`only ${harmlessText(onlyUser.key)}`];
}

/** Nothing where budgets differ: they stand in the rows. */
function budgetInWords({ commonBudgetUtilSeconds }: Report): string[] {
  if (commonBudgetUtilSeconds === null) return [];
  const budget = upToHundredths(creditsOfUtilSeconds(commonBudgetUtilSeconds));
  return [`budget: ${budget} credits each`];
}

/** The figures of days that are not over are those up to now. */
export function untilNow({ untilMs, period }: Pick<Report, 'untilMs' | 'period'>): string {
  return untilMs < period.toMs ? `, until ${shortMoment(untilMs, period)}` : '';
}

/** The only one by its name. */
function hostsInWords({ hostNames }: FleetReport): string {
  const [only] = hostNames;
  return only !== undefined && hostNames.length === 1 ? only : plural(hostNames.length, 'host');
}

export function vcpusInWords(vcpus: number): string {
  return vcpus === 1 ? '1 vCPU' : `${upToHundredths(vcpus)} vCPUs`;
}
