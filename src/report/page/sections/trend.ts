import type { Period } from '../../../shared/days.js';
import { plural } from '../../../shared/numbers.js';
import { toDayNumber } from '../../models/calendar.js';
import type { Projection } from '../../models/projection.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { toDirection } from '../../models/theil-sen.js';
import type { Trend } from '../../models/trend.js';
import { GAP_SIGN } from '../../view.js';
import { formatFewDays, trendNotes } from '../../views/trend-notes.js';
import { formatDayAhead, formatGrowth, hasBudgets, rowsTable } from '../../views/trend-rows.js';
import { html, type Markup } from '../../formats/markup.js';
import { toOutlook } from '../figures/outlook.js';
import type { Page } from '../page.js';
import { notes, type Section, shortName } from '../section.js';
import { stackFigure, stackTable } from './stacked.js';

/** The days up to the last one of the period, who grows, and when budgets are reached. */
export function trendSection({ trend, days }: Page): Section {
  const many = trend.days.length;
  const byUser = days.series.length > 1 ? ' by user' : '';
  const words = {
    title: 'day',
    caption: `Credits of each of the ${many} days${byUser}`,
    label: `Credits of each of the ${many} days${byUser}, with the line of their trend; the table below has the figures`,
  };
  return {
    id: 'trend',
    title: `Trend of ${plural(many, 'day')}`,
    finding: formatHost(trend),
    content: [
      stackFigure(days, words, toOutlook(days.parts, trend.total)),
      toHtmlTable(
        rowsTable(trend),
        hasBudgets(trend) ? 'Growth, and when budgets are reached' : 'Growth',
        {
          notes: [notes(trendNotes(trend).map(withoutSign))],
        },
      ),
      stackTable(days, words),
    ],
  };
}

/** The sign of a sparkline for a day that does not count; there is none in the page. */
function withoutSign(note: string): string {
  return note.replace(` (${GAP_SIGN})`, '');
}

function formatHost({ total: { line, projection }, onlyUsers, days, period }: Trend): Markup {
  if (line === null) return html`There are too few whole days to tell a trend.`;
  const growth = formatGrowth(line);
  const what = onlyUsers === null ? html`The host` : shortName(onlyUsers.label);
  if (growth == null) {
    const few = formatFewDays(days);
    return few === undefined
      ? html`${what} neither grows nor falls.`
      : html`No growth of ${onlyUsers === null ? 'the host' : what} is visible in only ${few}.`;
  }
  const verb = toDirection(line) === 'up' ? 'grows' : 'falls';
  const day = onlyUsers === null ? formatLimitDay(projection, period) : undefined;
  const full = day === undefined ? '' : html`, and will be full about ${day}`;
  return html`${what} ${verb}: ${growth} credits a day per week${full}.`;
}

/** `2027-07-21`; undefined where it is farther away than a year, or no day at all. */
export function formatLimitDay(
  projection: Projection | null,
  { lastDay }: Period,
): Markup | undefined {
  if (projection?.kind !== 'ahead') return undefined;
  const day = formatDayAhead(projection.day, toDayNumber(lastDay));
  return day === undefined ? undefined : html`<time>${day}</time>`;
}
