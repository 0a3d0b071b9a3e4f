import { rounded, plural } from '../../../shared/numbers.js';
import {
  budgetPercent,
  findOnlyUser,
  isOver,
  type JournalReport,
  recordedPercent,
  type ReportRow,
} from '../../models/day.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { dayTable } from '../../views/day-rows.js';
import { formatEnd } from '../../views/date-format.js';
import { html } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { type Bar, barsPlot, MOST_BARS } from '../plots/bars.js';
import { toColour } from '../plots/columns.js';
import { drawPlot } from '../plots/draw.js';
import { figure, type LegendEntry, type Section } from '../section.js';

/** Users against their budgets, or against the host where no budget is set; nothing of one user without a budget. */
export function usersSections(page: Page): Section[] {
  const { report } = page;
  if (report.budgetsAreGiven) return [budgetsSection(page)];
  return findOnlyUser(report) === null ? [sharesSection(page)] : [];
}

function budgetsSection(page: Page): Section {
  const { report } = page;
  const bars = report.rows.slice(0, MOST_BARS).map((row) => toBudgetBar(row, page));
  const atEnd = `by ${formatEnd(report.period, report.untilMs)}`;
  const isOfOne = findOnlyUser(report) !== null;
  // Each row says its budget: nothing above the table does.
  const table = dayTable({ ...report, commonBudgetCpuMs: null }, true);
  return {
    id: 'users',
    title: isOfOne ? 'The budget' : 'Users against their budgets',
    finding: html`${formatFinding(report, 'the budget', budgetPercent)}`,
    content: [
      figure(
        drawPlot(
          (room) => barsPlot(bars, 'marked', room),
          `Share of the budget${isOfOne ? '' : ' by user'}: ${bars.map((bar) => formatBar(bar, atEnd)).join(', ')}`,
        ),
        toLegend(report, atEnd),
      ),
      toHtmlTable(table, `What ${isOfOne ? 'was' : 'each user'} spent of the budget`),
    ],
  };
}

function sharesSection(page: Page): Section {
  const { report, colours } = page;
  const shareOf = (row: ReportRow) => recordedPercent(row, report) ?? 0;
  const bars = report.rows.slice(0, MOST_BARS).map((row): Bar => {
    const colour = toColour(colours.get(row.id) ?? null);
    return { label: row.key, value: shareOf(row), colour, more: 0, isAlarming: false };
  });
  const label = `Share of the host by user: ${bars.map((bar) => formatBar(bar, '')).join(', ')}`;
  return {
    id: 'users',
    title: 'Users',
    finding: html`${formatFinding(report, 'all vCPUs', shareOf)}`,
    content: [
      figure(drawPlot((room) => barsPlot(bars, 'unmarked', room), label)),
      toHtmlTable(dayTable(report, true), 'What each user spent'),
    ],
  };
}

function toBudgetBar(row: ReportRow, { report: { projectionFactor }, colours }: Page): Bar {
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

/** `In per cent of the budget: the 10 largest shares; 29 others below 4 %.` */
function formatFinding(
  { rows, others }: JournalReport,
  whole: string,
  percentOf: (row: ReportRow) => number,
): string {
  const shown = Math.min(rows.length, MOST_BARS);
  const rest = rows.length - shown + (others?.rows ?? 0);
  const largest = rows[MOST_BARS] ?? rows.at(-1);
  const what = `Credits spent, in per cent of ${whole}`;
  if (rest === 0 || largest === undefined) return `${what}.`;
  const below = Math.floor(percentOf(largest)) + 1;
  const shares = shown === 1 ? 'the largest share' : `the ${shown} largest shares`;
  return `${what}: ${shares}; ${plural(rest, 'other')} below ${below} %.`;
}
