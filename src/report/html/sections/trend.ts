import { decimal, plural } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import { dayOfNumber } from '../../data/calendar.js';
import { noteLines } from '../../trend/notes.js';
import { GAP_SIGN } from '../../trend/sparkline.js';
import { directionOf } from '../../trend/theil-sen.js';
import type { LimitedSpending, Spending, Trend } from '../../trend/trend.js';
import {
  growthInWords,
  growthRangeInWords,
  reachedInWords,
  reachedRangeInWords,
} from '../../trend/words.js';
import { html, type Markup, name } from '../markup.js';
import type { Page } from '../page.js';
import { notes, type Section } from '../section.js';
import { type Column, type Line, table } from '../table.js';
import { stackFigure, stackTable } from './stacked.js';

/** A finding names no more users than these. */
const MOST_NAMED = 3;

interface TrendLine {
  spending: Spending;
  limited: LimitedSpending | undefined;
}

/** The days up to the last one of the period, who grows, and when a limit is reached. */
export function trendSection({ trend, days }: Page): Section {
  const many = trend.days.length;
  const words = {
    title: 'day',
    caption: `Credits of each of the ${many} days by user`,
    label: `Credits of each of the ${many} days by user, one on the other; the table below has the figures`,
  };
  return {
    id: 'trend',
    title: `Trend of ${plural(many, 'day')}`,
    finding: findingOf(trend),
    content: [
      stackFigure(days, words),
      ...notes(noteLines(trend).map(withoutSign)),
      growthTable(trend),
      stackTable(days, words),
    ],
  };
}

/** The sign of a sparkline for a day that does not count; there is none in the page. */
function withoutSign(note: string): string {
  return note.replace(` (${GAP_SIGN})`, '');
}

function findingOf({ total, rows }: Trend): Markup {
  const { line } = total;
  if (line === null) return html`There are too few whole days to tell a trend.`;
  const ahead = rows.flatMap(({ key, projection }) =>
    projection?.kind === 'ahead' ? [{ key, day: projection.day }] : [],
  );
  const sooner = ahead.sort((a, b) => a.day - b.day).slice(0, MOST_NAMED);
  const users = sooner.map(
    ({ key, day }) => html` ${name(key)} will reach the budget about ${dayOfNumber(day)}.`,
  );
  return html`${hostInWords(total)}${users}`;
}

function hostInWords({ line, projection }: LimitedSpending): string {
  const direction = line === null ? 'none' : directionOf(line);
  if (direction === 'none') return 'The host neither grows nor falls.';
  const verb = direction === 'up' ? 'grows' : 'falls';
  const full =
    projection?.kind === 'ahead' ? `, and will be full about ${dayOfNumber(projection.day)}` : '';
  return `The host ${verb}: ${growthInWords(line)} credits a day each week${full}.`;
}

function growthTable({ rows, others, total }: Trend): Markup {
  const lines: Line<TrendLine>[] = rows.map((row) => ({
    head: name(row.key),
    row: { spending: row, limited: row },
    ...(row.projection?.kind === 'reached' ? { look: 'over' as const } : {}),
  }));
  if (others !== null) {
    const row = { spending: others, limited: undefined };
    lines.push({ head: `others: ${others.rows}`, row, look: 'sum' });
  }
  lines.push({ head: 'total', row: { spending: total, limited: total }, look: 'sum' });
  return table({
    caption: 'Growth, and when a limit is reached',
    title: 'user',
    columns: COLUMNS,
    lines,
  });
}

const COLUMNS: readonly Column<TrendLine>[] = [
  figure('credits', ({ spending }) => decimal(credits(spending.cpuMs))),
  figure('a mean day', ({ spending: { meanCpuMs } }) =>
    meanCpuMs === null ? '' : decimal(credits(meanCpuMs)),
  ),
  figure('growth a week', ({ spending }) => growthInWords(spending.line)),
  figure('its range', ({ spending }) => growthRangeInWords(spending.line)),
  figure('limit reached', ({ limited }) =>
    limited === undefined ? '' : reachedInWords(limited.projection),
  ),
  figure('earliest – latest', ({ limited }) =>
    limited === undefined ? '' : reachedRangeInWords(limited.projection),
  ),
];

function figure(title: string, cell: (line: TrendLine) => string): Column<TrendLine> {
  return { title, kind: 'figure', cell };
}
