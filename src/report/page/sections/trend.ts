import { plural } from '../../../shared/numbers.js';
import { toDayNumber } from '../../models/calendar.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { toDirection } from '../../models/theil-sen.js';
import type { Trend } from '../../models/trend.js';
import { GAP_SIGN } from '../../view.js';
import { trendView } from '../../views/trend.js';
import { formatFewDays } from '../../views/trend-notes.js';
import { formatDayAhead, formatGrowth, rowsTable } from '../../views/trend-rows.js';
import { html, type Markup, name } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { notes, type Section } from '../section.js';
import { stackFigure, stackTable } from './stacked.js';

/** A finding names no more users than these. */
const MOST_NAMED = 3;

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
    finding: formatFinding(trend),
    content: [
      stackFigure(days, words),
      ...notes(trendView(trend, false).screen().notes.map(withoutSign)),
      toHtmlTable(rowsTable(trend), 'Growth, and when a limit is reached'),
      stackTable(days, words),
    ],
  };
}

/** The sign of a sparkline for a day that does not count; there is none in the page. */
function withoutSign(note: string): string {
  return note.replace(` (${GAP_SIGN})`, '');
}

function formatFinding(trend: Trend): Markup {
  const { total, rows, period } = trend;
  const today = toDayNumber(period.lastDay);
  const { line } = total;
  if (line === null) return html`There are too few whole days to tell a trend.`;
  const ahead = rows.flatMap(({ key, projection }) =>
    projection?.kind === 'ahead' ? [{ key, atDay: projection.day }] : [],
  );
  const sooner = ahead
    .sort((a, b) => a.atDay - b.atDay)
    .flatMap(({ key, atDay }) => {
      const day = formatDayAhead(atDay, today);
      return day === undefined ? [] : [{ key, day }];
    })
    .slice(0, MOST_NAMED);
  const users = sooner.map(
    ({ key, day }) => html` ${name(key)} will reach the budget about ${day}.`,
  );
  return html`${formatHost(trend)}${users}`;
}

function formatHost({ total: { line, projection }, onlyUsers, days, period }: Trend): Markup {
  const growth = formatGrowth(line);
  const what = onlyUsers === null ? html`The host` : name(onlyUsers.label);
  if (line === null || growth == null) {
    const few = formatFewDays(days);
    return few === undefined
      ? html`${what} neither grows nor falls.`
      : html`No growth of ${onlyUsers === null ? 'the host' : what} is visible in only ${few}.`;
  }
  const verb = toDirection(line) === 'up' ? 'grows' : 'falls';
  const day =
    onlyUsers === null && projection?.kind === 'ahead'
      ? formatDayAhead(projection.day, toDayNumber(period.lastDay))
      : undefined;
  const full = day === undefined ? '' : `, and will be full about ${day}`;
  return html`${what} ${verb}: ${growth} credits a day each week${full}.`;
}
