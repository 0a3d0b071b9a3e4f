import { upToHundredths } from '../../shared/numbers.js';
import { creditsOfUtilSeconds } from '../../shared/units.js';
import { type Draw, drawingFor, screenText } from '../formats/text.js';
import { headOf } from '../views/heading.js';
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
  const meaning = trend.by === 'day' ? ['100 % = all vCPUs'] : budgetInWords(trend);
  const notes = trend.coverage.recordedMs === 0 ? [nothing(trend)] : noteLines(trend);
  if (verbose) notes.push(...leftOutLines(trend));
  const head = headOf(trend, [], meaning, terminal.columns);
  const tables = [drawn(trend, await drawingFor(terminal))];
  return screenText({ head, tables, notes }, terminal);
}

/** Where budgets differ there is none to be named. */
function budgetInWords({ commonBudgetUtilSeconds }: Trend): string[] {
  if (commonBudgetUtilSeconds === null) return ['budgets as given'];
  const budget = upToHundredths(creditsOfUtilSeconds(commonBudgetUtilSeconds));
  return [`budget: ${budget} credits a day each`];
}

function drawn(trend: Trend, draw: Draw): string[] {
  if (trend.by === 'day') {
    const lines = dayLinesOf(trend);
    return draw(dayColumnsOf(trend, lines), lines);
  }
  const lines = rowLinesOf(trend);
  return draw(rowColumnsOf(trend, lines), lines);
}

function nothing({ period }: Trend): string {
  return `nothing was recorded in these ${period.days} days`;
}
