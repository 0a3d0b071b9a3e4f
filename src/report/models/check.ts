import { decimal, percentDown, upToHundredths } from '../../shared/numbers.js';
import { sanitize } from '../../shared/sanitize.js';
import { credits } from '../../shared/units.js';
import { isCovered } from './coverage.js';
import type { Thresholds } from './budgets.js';
import { budgetPercent, type Report, type ReportRow } from './day.js';

/** What a check has found: exit code and lines, a line for each user over a threshold. */
export interface CheckResult {
  /** 0: all within; 1: too little was recorded to say so; 3: somebody is over the warning threshold; 4: over the critical one. */
  exitCode: 0 | 1 | 3 | 4;
  lines: string[];
}

/** Holds each user against the thresholds, the worst first. Silence is not health: what was not recorded is no good news. */
export function check(report: Report, thresholds: Thresholds): CheckResult {
  const over = report.rows
    .filter((row) => budgetPercent(row) >= thresholds.warningPercent)
    .sort((a, b) => budgetPercent(b) - budgetPercent(a));
  const isCritical = (row: ReportRow) => budgetPercent(row) >= thresholds.criticalPercent;
  const lines = over.map((row) => `${isCritical(row) ? 'critical' : 'warning'}: ${formatRow(row)}`);
  const unknown = findUnknown(report);
  if (unknown !== undefined) return { exitCode: 1, lines: [...lines, `unknown: ${unknown}`] };
  if (over.some(isCritical)) return { exitCode: 4, lines };
  return { exitCode: over.length > 0 ? 3 : 0, lines };
}

function findUnknown(report: Report): string | undefined {
  if (report.source === 'influx') {
    return report.rows.length > 0 ? undefined : 'nothing was received for these days';
  }
  const { elapsedMs, recordedMs } = report.coverage;
  if (isCovered(report.coverage)) return undefined;
  return `only ${percentDown(recordedMs, elapsedMs)} % of the time was recorded`;
}

function formatRow(row: ReportRow): string {
  const budget = upToHundredths(credits(row.budgetCpuMs));
  const percent = decimal(budgetPercent(row));
  return `${sanitize(row.key)} has spent ${percent} % of the budget: ${decimal(credits(row.cpuMs))} of ${budget} credits`;
}
