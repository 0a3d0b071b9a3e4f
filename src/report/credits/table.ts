import { harmlessText } from '../../shared/harmless-text.js';
import { count, decimal, hoursMinutesSeconds } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { percentOf } from '../figures.js';
import { type AnyLine, barColumn, type Column, figure, nameColumn } from '../table/column.js';
import { drawingFor, screenText } from '../table/draw.js';
import { headOf } from '../table/head.js';
import { wrapParts } from '../table/text.js';
import type { Terminal } from '../terminal.js';
import { type Account, capCpuMs, type CreditMode, type Movement } from './account.js';
import { ledgerFoot } from './foot.js';
import { type Ledger, type LedgerAccount, overCpuMs } from './ledger.js';
import { creditsInWords, percentInWords } from './words.js';

/** One line of the ledger: a user, those that are not shown, or the host. */
interface LedgerLine extends AnyLine {
  kind: 'row' | 'others' | 'total';
  movement: Movement;
  end: Account;
  /** Undefined where several accounts stand together. */
  account: LedgerAccount | undefined;
}

/** The ledger for people: no line is wider than the terminal. */
export async function renderLedgerTable(ledger: Ledger, terminal: Terminal): Promise<string> {
  const draw = await drawingFor(terminal);
  const lines = linesOf(ledger);
  const tables = [draw(columnsOf(ledger.mode, lines), lines)];
  const head = headLines(ledger, terminal.columns);
  return screenText({ head, tables, notes: ledgerFoot(ledger) }, terminal);
}

function headLines(ledger: Ledger, columns: number): string[] {
  const { mode, baselinePercent, hostAccount } = ledger;
  const terms = [`baseline ${percentInWords(baselinePercent)} of a vCPU`, `${mode} mode`];
  const userRate = creditsInWords((baselinePercent * 60) / 100);
  const hostRate =
    hostAccount === null ? [] : [`host: ${creditsInWords(hostAccount.terms.creditsPerHour)}`];
  return [
    ...headOf(ledger, [], terms, columns),
    ...wrapParts([`credits an hour: each user ${userRate}`, ...hostRate], columns),
  ];
}

function linesOf({ rows, others, hostAccount }: Ledger): LedgerLine[] {
  const lines: LedgerLine[] = rows.map((row) => ({
    kind: 'row',
    label: harmlessText(row.key),
    movement: row,
    end: row.end,
    account: row,
  }));
  if (others !== null) {
    const label = `(others: ${count(others.rows)})`;
    lines.push({ kind: 'others', label, movement: others, end: others, account: undefined });
  }
  if (hostAccount !== null) {
    const { end } = hostAccount;
    lines.push({ kind: 'total', label: 'host', movement: hostAccount, end, account: hostAccount });
  }
  return lines;
}

function columnsOf(mode: CreditMode, lines: readonly LedgerLine[]): Column<LedgerLine>[] {
  const isOver = ({ movement }: LedgerLine) => overCpuMs(movement) > 0;
  const inCredits = (
    title: string,
    rank: number,
    cpuMs: (line: LedgerLine) => number | undefined,
  ): Column<LedgerLine> =>
    figure<LedgerLine>({
      title,
      unit: 'credits',
      rank,
      cell: (line) => {
        const value = cpuMs(line);
        return value === undefined ? '' : decimal(credits(value));
      },
    });
  const throttled = figure<LedgerLine>({
    title: 'throttled',
    unit: 'h:m:s',
    rank: 1,
    cell: ({ movement }) => hoursMinutesSeconds(movement.throttledMs),
    alarming: isOver,
  });
  return [
    nameColumn('user', lines),
    inCredits('earned', 3, ({ movement }) => movement.earnedCpuMs),
    inCredits('spent', 0, ({ movement }) => movement.spentCpuMs),
    inCredits('lost', 6, ({ movement }) => movement.lostCpuMs),
    inCredits('lowest', 4, ({ account }) => account?.lowestBalanceCpuMs),
    inCredits('balance', 0, ({ end }) => end.balanceCpuMs),
    ...(mode === 'standard'
      ? [throttled]
      : [inCredits('surplus', 1, ({ end }) => end.surplusCpuMs)]),
    { ...inCredits('over', 0, ({ movement }) => overCpuMs(movement)), alarming: isOver },
    barColumn('of cap', ({ account, end }) =>
      account === undefined ? undefined : percentOf(end.balanceCpuMs, capCpuMs(account.terms)),
    ),
  ];
}
