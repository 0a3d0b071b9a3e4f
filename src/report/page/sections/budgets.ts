import { rounded, plural } from '../../../shared/numbers.js';
import {
  budgetPercent,
  findOnlyUser,
  isOver,
  type JournalReport,
  type ReportRow,
} from '../../models/day.js';
import { toHtmlTable } from '../../formats/html-table.js';
import type { Table } from '../../view.js';
import { dayTable, type SpentLine } from '../../views/day-rows.js';
import { formatEnd } from '../../views/date-format.js';
import { html } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { type Bar, barsPlot, MOST_BARS } from '../plots/bars.js';
import { toColour } from '../plots/columns.js';
import { drawPlot } from '../plots/draw.js';
import { figure, type LegendEntry, type Section } from '../section.js';

/** Users against their budgets, the nearest to its end first. */
export function budgetsSection(page: Page): Section {
  const { report } = page;
  const bars = report.rows.slice(0, MOST_BARS).map((row) => toBar(row, page));
  const atEnd = `by ${formatEnd(report.period, report.untilMs)}`;
  const label = `Share of the budget by user: ${bars.map((bar) => formatBar(bar, atEnd)).join(', ')}`;
  const isOfOne = findOnlyUser(report) !== null;
  const plot = figure(
    drawPlot((room) => barsPlot(bars, true, room), label),
    toLegend(report, atEnd),
  );
  return {
    id: 'budgets',
    title: isOfOne ? 'The budget' : 'Users against their budgets',
    finding: html`${formatFinding(report)}`,
    content: [
      plot,
      toHtmlTable(budgetTable(report), `What ${isOfOne ? 'was' : 'each user'} spent of the budget`),
    ],
  };
}

function toBar(row: ReportRow, { report: { projectionFactor }, colours }: Page): Bar {
  const value = budgetPercent(row);
  return {
    label: row.key,
    value,
    colour: toColour(colours.get(row.id) ?? null),
    more: projectionFactor === null ? 0 : value * (projectionFactor - 1),
    isAlarming: isOver(row),
  };
}

/** `foo_com 12.3 % (18.2 % by midnight)` */
function formatBar({ label, value, more }: Bar, atEnd: string): string {
  const projected = more > 0 ? ` (${rounded(value + more)} % ${atEnd})` : '';
  return `${label} ${rounded(value)} %${projected}`;
}

function toLegend({ projectionFactor }: JournalReport, atEnd: string): LegendEntry[] {
  return [
    { colour: 'var(--ink)', words: 'the whole budget', sign: 'line' },
    ...(projectionFactor === null
      ? []
      : [{ colour: 'var(--projected)', words: `paler: ${atEnd}, if it goes on like this` }]),
  ];
}

/** `The 10 nearest to the end of their budget; 29 others below 4 %.` */
function formatFinding({ rows, others }: JournalReport): string {
  const shown = Math.min(rows.length, MOST_BARS);
  const rest = rows.length - shown + (others?.rows ?? 0);
  const largest = rows[MOST_BARS] ?? rows.at(-1);
  if (rows.length === 1 && rest === 0) return 'Credits spent, in per cent of the budget.';
  if (rest === 0 || largest === undefined)
    return 'Credits spent, in per cent of the budget, the largest share first.';
  const below = Math.floor(budgetPercent(largest)) + 1;
  const largestShares = shown === 1 ? 'The largest share' : `The ${shown} largest shares`;
  return `${largestShares}; ${plural(rest, 'other')} below ${below} %.`;
}

/** Each row says its budget: nothing above the table does. */
function budgetTable(report: JournalReport): Table<SpentLine> {
  return dayTable({ ...report, commonBudgetCpuMs: null, budgetsAreGiven: true }, true);
}
