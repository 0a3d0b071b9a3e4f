import { rounded, plural, sum } from '../../../shared/numbers.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { column, type Line, type Table } from '../../view.js';
import { chooseHeatScale, type HeatDay, formatHourOfDay } from '../figures/heat.js';
import { html, type Markup } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { drawPlot } from '../plots/draw.js';
import { heatMap } from '../plots/heat-map.js';
import { figure, type Section } from '../section.js';

/** At which hours of which days the host is busy, or some users. */
export function heatSection({ heat, report: { onlyUsers } }: Page): Section {
  const scale = chooseHeatScale(heat);
  const what =
    onlyUsers === null
      ? 'How busy all vCPUs were'
      : `How much of all vCPUs ${onlyUsers.label} used`;
  const label = `${what} in each hour of each day; the table below has the figures`;
  return {
    id: 'heat',
    title: `Hours of ${plural(heat.length, 'day')}`,
    finding: formatFinding(heat),
    content: [
      renderScale(scale),
      figure(drawPlot((room) => heatMap(heat, scale, room), label)),
      heatTable(heat, `${what} in each hour, in whole per cent`),
    ],
  };
}

/** Each colour above the percentage from which it stands. */
function renderScale(scale: readonly number[]): Markup {
  const steps = scale.map((from, at) => html`<li style="border-color:var(--h${at})">${from}</li>`);
  return html`<ol class="scale" aria-label="From which use of all vCPUs on each colour stands">
      ${steps}
      <li style="border-color:var(--gap)">not recorded</li>
    </ol>
    <p class="note">In per cent of all vCPUs; days in bold are those of a weekend.</p>`;
}

function formatFinding(heat: readonly HeatDay[]): Markup {
  const means = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    percent: average(heat.flatMap(({ percents }) => percents[hour] ?? [])),
  })).filter(({ percent }) => percent > 0);
  const [first, ...rest] = means;
  if (first === undefined) return html`No hour was busy.`;
  const most = rest.reduce((a, b) => (b.percent > a.percent ? b : a), first);
  return html`On average the hour from ${formatHourOfDay(most.hour)}:00 is the busiest:
  ${rounded(most.percent)} % of all vCPUs.`;
}

function average(values: readonly number[]): number {
  return sum(values) / Math.max(values.length, 1);
}

function heatTable(heat: readonly HeatDay[], caption: string): Markup {
  const table: Table<HeatDay & Line> = {
    title: 'day',
    rows: heat.map((day) => ({ ...day, kind: 'row', label: day.day })),
    columns: Array.from({ length: 24 }, (_, hour) =>
      column(formatHourOfDay(hour), 'text', { rank: 0 }, ({ percents }) =>
        formatWholePercent(percents[hour]),
      ),
    ),
  };
  return toHtmlTable(table, caption, { look: 'dense' });
}

/** `<1` for what is more than nothing. */
function formatWholePercent(percent: number | null | undefined): string | null | undefined {
  if (percent == null) return percent;
  const whole = Math.round(percent);
  return whole === 0 && percent > 0 ? '<1' : String(whole);
}
