import { harmlessText } from '../../shared/harmless-text.js';
import { upToHundredths } from '../../shared/numbers.js';
import { creditsOfUtilSeconds } from '../../shared/units.js';
import { type Colours, coloursOf } from '../table/colours.js';
import { fitColumns } from '../table/fit.js';
import { renderGrid } from '../table/grid.js';
import { untilNow, vcpusInWords } from '../table/head.js';
import { periodInWords } from '../table/moments.js';
import { wrap, wrapParts } from '../table/text.js';
import type { Terminal } from '../terminal.js';
import { dayColumnsOf, dayLinesOf } from './day-columns.js';
import { leftOutLines, noteLines } from './notes.js';
import { rowColumnsOf, rowLinesOf } from './row-columns.js';
import type { Trend } from './trend.js';

/** The trend for people: no line is wider than the terminal. */
export async function renderTrendTable(
  trend: Trend,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const colours = await coloursOf(terminal);
  const notes = trend.coverage.recordedMs === 0 ? [nothing(trend)] : noteLines(trend);
  if (verbose) notes.push(...leftOutLines(trend));
  return [
    ...headLines(trend, terminal.columns),
    '',
    ...gridLines(trend, terminal.columns, colours),
    '',
    ...notes.flatMap((note) => wrap(note, terminal.columns)),
    '',
  ].join('\n');
}

function headLines(trend: Trend, columns: number): string[] {
  const { host, period, vcpus, by } = trend;
  const meaning = by === 'day' ? ['100 % = all vCPUs'] : budgetInWords(trend);
  return [
    ...wrapParts(
      [harmlessText(host), periodInWords(period) + untilNow(trend), period.timeZone],
      columns,
    ),
    ...wrapParts([...(vcpus === null ? [] : [vcpusInWords(vcpus)]), ...meaning], columns),
  ];
}

/** Where budgets differ there is none to be named. */
function budgetInWords({ commonBudgetUtilSeconds }: Trend): string[] {
  if (commonBudgetUtilSeconds === null) return ['budgets as given'];
  const budget = upToHundredths(creditsOfUtilSeconds(commonBudgetUtilSeconds));
  return [`budget: ${budget} credits a day each`];
}

function gridLines(trend: Trend, columns: number, colours: Colours): string[] {
  if (trend.by === 'day') {
    const lines = dayLinesOf(trend);
    return renderGrid(fitColumns(dayColumnsOf(trend, lines), lines, columns), lines, colours);
  }
  const lines = rowLinesOf(trend);
  return renderGrid(fitColumns(rowColumnsOf(trend, lines), lines, columns), lines, colours);
}

function nothing({ period }: Trend): string {
  return `nothing was recorded in these ${period.days} days`;
}
