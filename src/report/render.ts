import type { AskedReport } from './asked-report.js';
import type { Neighbours } from './neighbours.js';
import type { HourUsage } from './read/hours.js';
import type { Report } from './report.js';
import type { Terminal } from './terminal.js';

/** The report with what only some formats show. */
export interface ReportedPeriod {
  report: Report;
  /** Empty unless the format is JSON. */
  hours: HourUsage[];
  /** Empty unless the report has no rows. */
  neighbours: Neighbours;
}

/** The report as it is asked for. The libraries of the other formats are not loaded. */
export async function render(
  { report, hours, neighbours }: ReportedPeriod,
  { format, verbose }: Pick<AskedReport, 'format' | 'verbose'>,
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
      return renderTable(report, neighbours, terminal, verbose);
    }
  }
}
