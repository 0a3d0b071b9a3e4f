import type { DetailsQuery } from '../query.js';
import type { Terminal } from '../terminal.js';
import type { Details } from './details.js';

/** The view as it is asked for. The libraries of the other formats are not loaded. */
export async function renderDetails(
  details: Details,
  { format, verbose }: Pick<DetailsQuery, 'format' | 'verbose'>,
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderDetailsJson } = await import('./json.js');
      return renderDetailsJson(details);
    }
    case 'csv': {
      const { renderDetailsCsv } = await import('./csv.js');
      return renderDetailsCsv(details);
    }
    case 'table': {
      const { renderDetailsTable } = await import('./table.js');
      return renderDetailsTable(details, terminal, verbose);
    }
  }
}
