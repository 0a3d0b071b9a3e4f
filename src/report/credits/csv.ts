import { isoWithOffset } from '../../shared/days.js';
import { type Cell, csvText } from '../csv-text.js';
import type { Ledger, LedgerAccount, OtherAccounts } from './ledger.js';
import { accountFigures, movementFigures } from './rounded.js';

const COLUMNS = [
  ...['host', 'from', 'to', 'user', 'uid', 'mode', 'credits_per_hour', 'cap_credits'],
  ...['earned_credits', 'spent_credits', 'lost_credits', 'balance_credits', 'surplus_credits'],
  ...['withheld_credits', 'throttled_seconds', 'charged_credits'],
  ...['lowest_balance_credits', 'start_spread_credits'],
];

/**
 * The ledger as CSV with a header: a line for each user, one for those that `--top` leaves out, and
 * one for the host, which is an account of its own and no sum. Names in brackets are no users.
 */
export function renderLedgerCsv(ledger: Ledger): string {
  const { period, rows, others, hostAccount } = ledger;
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  const labels = (name: string, uid: number | null): Cell[] => [
    ...[ledger.host, iso(period.fromMs), iso(period.toMs)],
    ...[name, uid, ledger.mode],
  ];
  const records = rows.map((row) => [...labels(row.name, row.uid), ...accountCells(row)]);
  if (others !== null) records.push([...labels('(others)', null), ...otherCells(others)]);
  if (hostAccount !== null) records.push([...labels('(host)', null), ...accountCells(hostAccount)]);
  return csvText([COLUMNS, ...records]);
}

function accountCells(account: LedgerAccount): Cell[] {
  return Object.values(accountFigures(account));
}

/** Several accounts have no rate, cap or lowest balance in common. */
function otherCells(others: OtherAccounts): Cell[] {
  return [null, null, ...Object.values(movementFigures(others, others)), null, null];
}
