import type { LedgerQuery } from '../query.js';
import type { Terminal } from '../terminal.js';
import type { Ledger } from './ledger.js';

/** The ledger as it is asked for. The libraries of the other formats are not loaded. */
export async function renderLedger(
  ledger: Ledger,
  format: LedgerQuery['format'],
  terminal: Terminal,
): Promise<string> {
  switch (format) {
    case 'json': {
      const { renderLedgerJson } = await import('./json.js');
      return renderLedgerJson(ledger);
    }
    case 'csv': {
      const { renderLedgerCsv } = await import('./csv.js');
      return renderLedgerCsv(ledger);
    }
    case 'table': {
      const { renderLedgerTable } = await import('./table.js');
      return renderLedgerTable(ledger, terminal);
    }
  }
}
