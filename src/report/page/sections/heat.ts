import { decimal, sum } from '../../../shared/numbers.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { column, type Line, type Table } from '../../view.js';
import { HEAT_STEPS, type HeatDay, formatHourOfDay } from '../figures/heat.js';
import { html, type Markup } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { drawPlot } from '../plots/draw.js';
import { heatMapPlot } from '../plots/heat-map.js';
import { figure, type LegendEntry, type Section } from '../section.js';

/** At which hours of which days the host is busy, or some users. */
export function heatSection({ heat, report: { onlyUsers } }: Page): Section {
  const what =
    onlyUsers === null
      ? 'How busy all vCPUs were'
      : `How much of all vCPUs ${onlyUsers.label} used`;
  const label = `${what} in each hour of each day; the table below has the figures`;
  return {
    id: 'heat',
    title: 'Hours of the days',
    finding: formatFinding(heat),
    content: [
      figure(
        drawPlot((room) => heatMapPlot(heat, room), label),
        LEGEND,
      ),
      heatTable(heat, `${what} in each hour, in whole per cent`),
    ],
  };
}

const LEGEND: readonly LegendEntry[] = [
  { colour: 'var(--h0)', words: `below ${HEAT_STEPS[0]} % of all vCPUs` },
  ...HEAT_STEPS.map((from, at) => {
    const to = HEAT_STEPS[at + 1];
    const words = to === undefined ? `${from} % or more` : `${from} – ${to} %`;
    return { colour: `var(--h${at + 1})`, words };
  }),
  { colour: 'var(--paper)', words: 'blank: not recorded' },
];

function formatFinding(heat: readonly HeatDay[]): Markup {
  const means = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    percent: average(heat.flatMap(({ percents }) => percents[hour] ?? [])),
  })).filter(({ percent }) => percent > 0);
  const [first, ...rest] = means;
  if (first === undefined) return html`No hour was busy.`;
  const most = rest.reduce((a, b) => (b.percent > a.percent ? b : a), first);
  return html`On average the hour from ${formatHourOfDay(most.hour)}:00 is the busiest:
  ${decimal(most.percent)} % of all vCPUs.`;
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
        formatWholePercent(percents[hour] ?? null),
      ),
    ),
  };
  return toHtmlTable(table, caption, 'dense');
}

/** `<1` for what is more than nothing; blank as in the plot for what was not recorded. */
function formatWholePercent(percent: number | null): string | undefined {
  if (percent === null) return undefined;
  const whole = Math.round(percent);
  return whole === 0 && percent > 0 ? '<1' : String(whole);
}
