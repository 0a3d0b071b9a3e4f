import { rounded, percentOf, plural, upToHundredths } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { capCpuMs, netCpuMs } from '../../models/account.js';
import { type Ledger, type LedgerRow, overCpuMs } from '../../models/ledger.js';
import { ledgerTable, ledgerView } from '../../views/ledger.js';
import { html, type Markup, name } from '../../formats/markup.js';
import { barsPlot, MOST_BARS } from '../plots/bars.js';
import { drawPlot } from '../plots/draw.js';
import { figure, notes, type Section } from '../section.js';

/** The accounts as a burstable instance keeps them, the least left first. */
export function ledgerSection(ledger: Ledger): Section {
  const bars = ledger.rows.slice(0, MOST_BARS).map(toBar);
  const label = `Balance in per cent of the cap: ${bars.map((bar) => `${bar.label} ${rounded(bar.value)} %`).join(', ')}`;
  const legend = [
    {
      colour: 'var(--balance)',
      words: 'balance at the end of the period, in % of the most it can be',
    },
    { colour: 'var(--alarm)', words: 'below 10 %' },
  ];
  const plot = figure(
    drawPlot((room) => barsPlot(bars, 'end', room), label),
    legend,
  );
  return {
    id: 'ledger',
    title: 'Credit ledger',
    finding: formatFinding(ledger),
    content: [
      ...(bars.length === 0 ? [] : [plot]),
      toHtmlTable(ledgerTable(ledger), 'Credits earned, spent and left', {
        notes: [notes(ledgerView(ledger).screen().notes)],
      }),
    ],
  };
}

const LOW_PERCENT = 10;

function toBar(row: LedgerRow) {
  const value = percentOf(row.end.balanceCpuMs, capCpuMs(row.terms));
  const isAlarming = value < LOW_PERCENT;
  const colour = isAlarming ? 'var(--alarm)' : 'var(--balance)';
  return { label: row.key, value, colour, more: 0, isAlarming };
}

function formatFinding({ rows, mode, baselinePercent }: Ledger): Markup {
  const terms = `With a baseline of ${upToHundredths(baselinePercent)} % of a vCPU each (${mode} mode)`;
  const over = rows.filter((row) => overCpuMs(row) > 0);
  const [first] = rows.toSorted(
    (a, b) => overCpuMs(b) - overCpuMs(a) || netCpuMs(a.end) - netCpuMs(b.end),
  );
  if (first === undefined || over.length === 0) {
    return html`${terms} nobody would have run out of credits.`;
  }
  const what = mode === 'standard' ? 'been limited' : 'been charged';
  return html`${terms} ${plural(over.length, 'user')} would have ${what}, ${name(first.key)} the
  most: for ${rounded(credits(overCpuMs(first)))} credits.`;
}
