import type { Terminal } from '../terminal.js';
import type { Trend } from './trend.js';

/** The trend as it is asked for. The libraries of the other formats are not loaded. */
export async function render(
  trend: Trend,
  { format, verbose }: { format: 'table' | 'json' | 'csv'; verbose: boolean },
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderTrendJson } = await import('./json.js');
      return renderTrendJson(trend);
    }
    case 'csv': {
      const { renderTrendCsv } = await import('./csv.js');
      return renderTrendCsv(trend);
    }
    case 'table': {
      const { renderTrendTable } = await import('./table.js');
      return renderTrendTable(trend, terminal, verbose);
    }
  }
}
