import type { FitQuery } from '../query.js';
import type { Terminal } from '../terminal.js';
import type { Fit } from './fit.js';

/** The fit as it is asked for. The libraries of the other formats are not loaded. */
export async function renderFit(
  fit: Fit,
  format: FitQuery['format'],
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderFitJson } = await import('./json.js');
      return renderFitJson(fit);
    }
    case 'csv': {
      const { renderFitCsv } = await import('./csv.js');
      return renderFitCsv(fit);
    }
    case 'table': {
      const { renderFitTable } = await import('./table.js');
      return renderFitTable(fit, terminal);
    }
  }
}
