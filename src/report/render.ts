import type { CommandResult } from './command-result.js';
import type { NearestRecordings } from './data/nearest-recording.js';
import type { HourUsage } from './data/hours.js';
import type { DayQuery } from './query.js';
import type { Report } from './report.js';
import type { Terminal } from './terminal.js';

/** The report with what only some formats show. */
export interface ReportedPeriod {
  report: Report;
  /** Empty unless the format is JSON. */
  hours: HourUsage[];
  /** Empty unless the report has no rows. */
  nearest: NearestRecordings;
}

/**
 * The report in its format. Where users are checked against thresholds people get a line for each that is over one,
 * and programs the whole report.
 */
export async function render(
  reported: ReportedPeriod,
  query: Pick<DayQuery, 'format' | 'verbose' | 'check'>,
  terminal: Terminal,
): Promise<CommandResult> {
  if (query.check === undefined) {
    return { text: await renderWhole(reported, query, terminal), exitCode: 0 };
  }
  const { check } = await import('./budget/check.js');
  const { exitCode, lines } = check(reported.report, query.check);
  const text =
    query.format === 'table'
      ? lines.map((line) => `${line}\n`).join('')
      : await renderWhole(reported, query, terminal);
  return { text, exitCode };
}

/** The libraries of the other formats are not loaded. */
async function renderWhole(
  { report, hours, nearest }: ReportedPeriod,
  { format, verbose }: Pick<DayQuery, 'format' | 'verbose'>,
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderJson } = await import('./json.js');
      return renderJson(report, hours);
    }
    case 'csv': {
      const { renderCsv } = await import('./csv.js');
      return renderCsv(report);
    }
    case 'table': {
      const { renderTable } = await import('./table/render.js');
      return renderTable(report, nearest, terminal, verbose);
    }
  }
}
