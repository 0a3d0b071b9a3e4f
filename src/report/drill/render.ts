import type { DetailsQuery } from '../query.js';
import type { Terminal } from '../terminal.js';
import type { Drill } from './drill.js';

/** The view as it is asked for. The libraries of the other formats are not loaded. */
export async function renderDrill(
  drill: Drill,
  { format, verbose }: Pick<DetailsQuery, 'format' | 'verbose'>,
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderDrillJson } = await import('./json.js');
      return renderDrillJson(drill);
    }
    case 'csv': {
      const { renderDrillCsv } = await import('./csv.js');
      return renderDrillCsv(drill);
    }
    case 'table': {
      const { renderDrillTable } = await import('./table.js');
      return renderDrillTable(drill, terminal, verbose);
    }
  }
}
