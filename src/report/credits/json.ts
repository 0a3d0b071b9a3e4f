import { isoWithOffset } from '../../shared/days.js';
import { MS_PER_SECOND } from '../../shared/units.js';
import { coverageInSeconds, textOf } from '../json.js';
import { rounded } from '../rounded.js';
import { isWholeHost } from '../whole-host.js';
import type { Ledger } from './ledger.js';
import { accountFigures, movementFigures } from './rounded.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

/**
 * The ledger as JSON, of the same shape whether anything was recorded or not. Balances and surplus are
 * those of `until`, everything else is of `from` to `until`. `hostAccount` is null where the vCPUs are
 * not known.
 */
export function renderLedgerJson(ledger: Ledger): string {
  const { period, others, hostAccount } = ledger;
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  const document = {
    schema: SCHEMA,
    view: 'ledger',
    host: ledger.host,
    from: iso(period.fromMs),
    to: iso(period.toMs),
    until: iso(ledger.untilMs),
    timeZone: period.timeZone,
    days: period.days,
    vcpus: rounded(ledger.vcpus),
    mode: ledger.mode,
    baselinePercent: ledger.baselinePercent,
    replayedFrom: iso(ledger.replayedFromMs),
    unknownSeconds: ledger.unknownMs / MS_PER_SECOND,
    coverage: coverageInSeconds(ledger),
    renamedUsers: ledger.renamed,
    wholeHost: isWholeHost(ledger.runs),
    users: ledger.rows.map((row) => ({ user: row.name, uid: row.uid, ...accountFigures(row) })),
    others: others === null ? null : { rows: others.rows, ...movementFigures(others, others) },
    hostAccount: hostAccount === null ? null : accountFigures(hostAccount),
  };
  return textOf(document);
}
