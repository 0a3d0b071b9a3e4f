import { decimal, plural } from '../../../shared/numbers.js';
import { budgetPercent, type JournalReport, type ReportRow } from '../../models/day.js';
import { toHtmlTable } from '../../formats/html-table.js';
import type { Table } from '../../view.js';
import { dayTable, type SpentLine } from '../../views/day-rows.js';
import { html, type Markup, name } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { type Bar, barsPlot, MOST_BARS } from '../plots/bars.js';
import { drawPlot } from '../plots/draw.js';
import { figure, type LegendEntry, type Section } from '../section.js';

/** A finding names no more users than these. */
const MOST_NAMED = 3;

/** From here on a finding says that a budget is nearly spent. */
const NEARLY_PERCENT = 80;

/** Users against their budgets, the nearest to its end first. */
export function budgetsSection({ report }: Page): Section {
  const { rows } = report;
  const bars = rows.slice(0, MOST_BARS).map((row) => toBar(row, report));
  const label = `Share of the budget by user: ${bars.map(formatBar).join(', ')}`;
  const scale = { moreColour: 'var(--projected)', marksWhole: true };
  const plot = figure(
    drawPlot((room) => barsPlot(bars, scale, room), label),
    toLegend(report),
  );
  return {
    id: 'budgets',
    title: 'Users against their budgets',
    finding: formatFinding(rows),
    content: [
      ...(bars.length === 0 ? [] : [plot, ...cutNote(rows)]),
      toHtmlTable(budgetTable(report), 'What each user spent of the budget'),
    ],
  };
}

function toBar(row: ReportRow, { projectionFactor }: JournalReport): Bar {
  const value = budgetPercent(row);
  return {
    label: row.key,
    value,
    colour: value > 100 ? 'var(--alarm)' : 'var(--s0)',
    more: projectionFactor === null ? 0 : value * (projectionFactor - 1),
  };
}

/** `foo_com 12.34 % (18.20 % at the end)` */
function formatBar({ label, value, more }: Bar): string {
  const atEnd = more > 0 ? ` (${decimal(value + more)} % at the end)` : '';
  return `${label} ${decimal(value)} %${atEnd}`;
}

function toLegend({ rows, projectionFactor }: JournalReport): LegendEntry[] {
  return [
    { colour: 'var(--s0)', words: 'spent, in % of the budget' },
    ...(rows.some((row) => budgetPercent(row) > 100)
      ? [{ colour: 'var(--alarm)', words: 'over the budget' }]
      : []),
    ...(projectionFactor === null
      ? []
      : [{ colour: 'var(--projected)', words: 'at the end, if it goes on like that' }]),
    { colour: 'var(--ink)', words: 'the whole budget', sign: 'line' },
  ];
}

function cutNote(rows: readonly ReportRow[]): Markup[] {
  if (rows.length <= MOST_BARS) return [];
  return [
    html`<p class="note">The ${MOST_BARS} first of ${rows.length} users; the table has all.</p>`,
  ];
}

function formatFinding(rows: readonly ReportRow[]): Markup {
  if (rows.length === 0) return html`Nobody spent anything.`;
  const over = rows.filter((row) => budgetPercent(row) > 100);
  const nearly = rows.filter((row) => {
    const percent = budgetPercent(row);
    return percent >= NEARLY_PERCENT && percent <= 100;
  });
  if (over.length > 0) {
    return html`${named(over)} of the
    budget${over.length > MOST_NAMED ? `, and ${plural(over.length - MOST_NAMED, 'more user')} over 100 %` : ''}.`;
  }
  if (nearly.length > 0) return html`Nobody is over the budget; ${named(nearly)} of it.`;
  return html`Nobody is over the budget; ${named(rows.slice(0, 1))} of it.`;
}

/** `foo_com is at 112.00 %` */
function named(rows: readonly ReportRow[]): Markup {
  const parts = rows.slice(0, MOST_NAMED).map((row, at, shown) => {
    const before = at === 0 ? '' : at === shown.length - 1 ? ' and ' : ', ';
    return html`${before}${name(row.key)} is at ${decimal(budgetPercent(row))} %`;
  });
  return parts.reduce((sum, part) => html`${sum}${part}`, html``);
}

/** Each row says its budget: nothing above the table does. */
function budgetTable(report: JournalReport): Table<SpentLine> {
  return dayTable({ ...report, commonBudgetCpuMs: null }, true);
}
