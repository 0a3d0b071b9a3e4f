import { decimal, hoursMinutesSeconds, plural } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import { type Account, capCpuMs, type Movement, netCpuMs } from '../../credits/account.js';
import { ledgerFoot } from '../../credits/foot.js';
import {
  type Ledger,
  type LedgerAccount,
  type LedgerRow,
  overCpuMs,
} from '../../credits/ledger.js';
import { percentInWords } from '../../credits/words.js';
import { percentOf } from '../../figures.js';
import { html, type Markup, name } from '../markup.js';
import type { Page } from '../page.js';
import { barsPlot, MOST_BARS } from '../plots/bars.js';
import { drawPlot } from '../plots/draw.js';
import { figure, notes, type Section } from '../section.js';
import { type Column, type Line, table } from '../table.js';

interface Entry {
  movement: Movement;
  end: Account;
  /** Undefined where several accounts stand together. */
  account: LedgerAccount | undefined;
}

/** The accounts as a burstable instance keeps them, the least left first. */
export function ledgerSection({ ledger }: Page): Section {
  const bars = ledger.rows.slice(0, MOST_BARS).map(barOf);
  const label = `Balance in per cent of the cap: ${bars.map((bar) => `${bar.label} ${decimal(bar.value)} %`).join(', ')}`;
  const scale = { moreColour: 'var(--projected)', marksWhole: false };
  const legend = [
    { colour: 'var(--s2)', words: 'balance at the end, in % of the most it can be' },
    { colour: 'var(--alarm)', words: 'below 10 %' },
  ];
  const plot = figure(
    drawPlot((room) => barsPlot(bars, scale, room), label),
    legend,
  );
  return {
    id: 'ledger',
    title: 'Credit ledger',
    finding: findingOf(ledger),
    content: [
      ...(bars.length === 0 ? [] : [plot]),
      ...notes(ledgerFoot(ledger)),
      ledgerTable(ledger),
    ],
  };
}

const LOW_PERCENT = 10;

function barOf(row: LedgerRow) {
  const value = percentOf(row.end.balanceCpuMs, capCpuMs(row.terms));
  const colour = value < LOW_PERCENT ? 'var(--alarm)' : 'var(--s2)';
  return { label: row.key, value, colour, more: 0 };
}

function findingOf({ rows, mode, baselinePercent }: Ledger): Markup {
  const terms = `With a baseline of ${percentInWords(baselinePercent)} of a vCPU each, in ${mode} mode`;
  const over = rows.filter((row) => overCpuMs(row) > 0);
  const [first] = rows.toSorted(
    (a, b) => overCpuMs(b) - overCpuMs(a) || netCpuMs(a.end) - netCpuMs(b.end),
  );
  if (first === undefined) return html`${terms} there is no account to be kept.`;
  if (over.length === 0) return html`${terms} nobody has used up all credits.`;
  const what = mode === 'standard' ? 'would have been held to it' : 'would have been charged';
  return html`${terms} ${plural(over.length, 'user')} ${what}, ${name(first.key)} the most: for
  ${decimal(credits(overCpuMs(first)))} credits.`;
}

function ledgerTable(ledger: Ledger): Markup {
  const { rows, others, hostAccount } = ledger;
  const entryOf = (account: LedgerAccount): Entry => ({
    movement: account,
    end: account.end,
    account,
  });
  const lines: Line<Entry>[] = rows.map((row) => ({
    head: name(row.key),
    row: entryOf(row),
    ...(overCpuMs(row) > 0 ? { look: 'over' as const } : {}),
  }));
  if (others !== null) {
    const row = { movement: others, end: others, account: undefined };
    lines.push({ head: `others: ${others.rows}`, row, look: 'sum' });
  }
  if (hostAccount !== null) lines.push({ head: 'host', row: entryOf(hostAccount), look: 'sum' });
  return table({
    caption: 'Credits earned, spent and left',
    title: 'user',
    columns: columnsOf(ledger),
    lines,
  });
}

function columnsOf({ mode }: Ledger): Column<Entry>[] {
  const inCredits = (
    title: string,
    cpuMs: (entry: Entry) => number | undefined,
  ): Column<Entry> => ({
    title,
    kind: 'figure',
    cell: (entry) => {
      const value = cpuMs(entry);
      return value === undefined ? '' : decimal(credits(value));
    },
  });
  const throttled: Column<Entry> = {
    title: 'throttled, h:m:s',
    kind: 'figure',
    cell: ({ movement }) => hoursMinutesSeconds(movement.throttledMs),
  };
  return [
    inCredits('earned', ({ movement }) => movement.earnedCpuMs),
    inCredits('spent', ({ movement }) => movement.spentCpuMs),
    inCredits('lost', ({ movement }) => movement.lostCpuMs),
    inCredits('lowest', ({ account }) => account?.lowestBalanceCpuMs),
    inCredits('balance', ({ end }) => end.balanceCpuMs),
    ...(mode === 'standard' ? [throttled] : [inCredits('surplus', ({ end }) => end.surplusCpuMs)]),
    inCredits('over', ({ movement }) => overCpuMs(movement)),
    {
      title: '% of cap',
      kind: 'figure',
      cell: ({ account, end }) =>
        account === undefined ? '' : decimal(percentOf(end.balanceCpuMs, capCpuMs(account.terms))),
    },
  ];
}
