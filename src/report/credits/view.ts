import { UsageError } from '../../shared/errors.js';
import type { FitRequest } from '../fit/make-fit.js';
import type { Terminal } from '../terminal.js';
import type { LedgerRequest } from './make-ledger.js';

export interface CreditViewRequest extends LedgerRequest, FitRequest {
  days: LedgerRequest['days'];
  source: 'journal' | 'influx';
  ledger?: boolean;
  fit?: boolean;
  /** Whether the days are named anywhere; else they are today. */
  namesDays: boolean;
  /** Whether an option stands on the command line. */
  isGiven: (name: string) => boolean;
}

/** Options of the day's table that would change nothing in the view. */
const WITHOUT_EFFECT = {
  ledger: ['by', 'user', 'verbose', 'budget', 'check'],
  fit: ['by', 'user', 'verbose', 'budget', 'check', 'sort', 'top', 'baseline', 'mode'],
} as const;

/**
 * The ledger or the fit, whichever is asked for, ready to be printed.
 *
 * @throws UsageError when what is asked for can't be combined; else as the two views
 */
export async function makeCreditView(
  request: CreditViewRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  if (request.ledger === true && request.fit === true) {
    throw new UsageError(
      '--ledger can not be combined with --fit',
      'they are two reports: one keeps the accounts, the other tries sizes',
    );
  }
  const view = request.fit === true ? 'fit' : 'ledger';
  if (request.source === 'influx') {
    throw new UsageError(
      `--${view} needs the journal: a database does not know vCPUs, gaps or all quarter-hours`,
      `on the machine itself: psusage report --source journal --${view}`,
    );
  }
  const vain = WITHOUT_EFFECT[view].find(request.isGiven);
  if (vain !== undefined) throw new UsageError(`--${vain} has no meaning with --${view}`);
  if (view === 'ledger') {
    const { makeLedger } = await import('./make-ledger.js');
    return makeLedger(request, nowMs, terminal);
  }
  const { makeFit } = await import('../fit/make-fit.js');
  const days = request.namesDays ? request.days : undefined;
  return makeFit({ ...request, days }, nowMs, terminal);
}
