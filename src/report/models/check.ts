import { rounded, roundedDown, upToHundredths } from '../../shared/numbers.js';
import { sanitize } from '../../shared/sanitize.js';
import { credits } from '../../shared/units.js';
import { isCovered } from './coverage.js';
import type { Thresholds } from './budgets.js';
import type { RecordedLifecycle } from '../data/lifecycles.js';
import { budgetPercent, type Report, type ReportRow } from './day.js';

export interface CheckOptions extends Thresholds {
  /** Whether what a user will have spent at the end of the day counts, as far as that can be told. */
  projected: boolean;
}

export type CheckState = 'ok' | 'warning' | 'critical' | 'unknown';

/** A user, and what is held against the thresholds. */
interface CheckedUser {
  state: CheckState;
  row: ReportRow;
  /** Of the budget: spent so far or, where that is projected, by the end of the day. */
  percent: number;
  isProjected: boolean;
  /** Its costliest processes in the period, in order, where that was looked up. */
  costliest?: readonly Pick<RecordedLifecycle, 'command' | 'pid' | 'cpuMs'>[];
}

export interface CheckResult {
  /** The worst: known trouble goes first, since what was not recorded can only make it worse. Then what is not known. */
  state: CheckState;
  /** All of them, the worst first. */
  users: CheckedUser[];
  /** Why nothing can be said of users who are within; undefined where something can. */
  unknown: string | undefined;
  /** What they are held against. */
  limit: 'the budget' | 'one vCPU';
}

/** Holds each user against the thresholds. Silence is not health: what was not recorded is no good news. */
export function check(report: Report, options: CheckOptions): CheckResult {
  const users = report.rows
    .map((row) => checkUser(row, report, options))
    .sort((a, b) => b.percent - a.percent);
  const unknown = findUnknown(report);
  const worst = users[0]?.state ?? 'ok';
  const state = worst === 'ok' && unknown !== undefined ? 'unknown' : worst;
  return { state, users, unknown, limit: report.budgetsAreGiven ? 'the budget' : 'one vCPU' };
}

function checkUser(row: ReportRow, report: Report, options: CheckOptions): CheckedUser {
  const factor = options.projected ? report.projectionFactor : null;
  const percent = budgetPercent(row) * (factor ?? 1);
  const { warningPercent, criticalPercent } = options;
  const over = percent >= criticalPercent ? 'critical' : 'warning';
  const state = percent >= warningPercent ? over : 'ok';
  return { state, row, percent, isProjected: factor !== null };
}

function findUnknown(report: Report): string | undefined {
  if (report.source === 'influx') {
    return report.rows.length > 0 ? undefined : 'nothing was received for these days';
  }
  const { elapsedMs, recordedMs } = report.coverage;
  if (isCovered(report.coverage)) return undefined;
  return `only ${roundedDown(recordedMs, elapsedMs)} % of the time was recorded`;
}

/** A line for each user over a threshold, the worst first, and one for what is not known. */
export function formatCheck({ users, unknown, limit }: CheckResult): string[] {
  const lines = users
    .filter(({ state }) => state !== 'ok')
    .map((user) => {
      const costliest = formatCostliest(user);
      const processes = costliest === '' ? '' : `; costliest: ${costliest}`;
      return `${user.state}: ${formatUser(user, limit)}${processes}`;
    });
  return unknown === undefined ? lines : [...lines, `unknown: ${unknown}`];
}

/** `php-fpm8.2[4711] 120 credits, cron[812] 20.1`; empty where none is known. */
export function formatCostliest({ costliest = [] }: Pick<CheckedUser, 'costliest'>): string {
  return costliest
    .map(({ command, pid, cpuMs }, at) => {
      const unit = at === 0 ? ' credits' : '';
      return `${sanitize(command)}[${pid}] ${rounded(credits(cpuMs))}${unit}`;
    })
    .join(', ');
}

function formatUser(
  { row, percent, isProjected }: CheckedUser,
  limit: CheckResult['limit'],
): string {
  const budget = upToHundredths(credits(row.budgetCpuMs));
  const spent = `${rounded(credits(row.cpuMs))} of ${budget} credits`;
  const name = sanitize(row.key);
  return isProjected
    ? `${name} is on course for ${rounded(percent)} % of ${limit}: ${spent} so far`
    : `${name} has spent ${rounded(percent)} % of ${limit}: ${spent}`;
}
