import { decimal, percentDown, plural, upToHundredths } from '../../../shared/numbers.js';
import { credits, utilSeconds } from '../../../shared/units.js';
import {
  budgetPercent,
  capacityPercent,
  findOnlyUser,
  type JournalReport,
} from '../../models/day.js';
import { formatVcpus } from '../../views/heading.js';
import { formatShortMoment } from '../../views/date-format.js';
import { emptyNotes } from '../../views/report-notes.js';
import { html, type Markup, name } from '../../formats/markup.js';
import type { Page } from '../page.js';
import type { Section } from '../section.js';

interface KeyFigure {
  title: string;
  value: string;
  note: string;
}

/** What the period comes to. */
export function daySection(page: Page): Section {
  const { report } = page;
  return {
    id: 'summary',
    title: report.period.days === 1 ? 'The day' : 'The days',
    finding: formatFinding(page),
    content: [html`<dl class="key-figures">${keyFigures(page).map(renderKeyFigure)}</dl>`],
  };
}

function formatFinding({ report, nearest }: Page): Markup {
  const { rows, others, total, projectionFactor, onlyUsers } = report;
  if (rows.length === 0) return html`${emptyNotes(report, nearest).join('; ')}.`;
  const many = onlyUsers?.label ?? plural(rows.length + (others?.rows ?? 0), 'user');
  const [first] = [...rows].sort((a, b) => b.cpuMs - a.cpuMs);
  const most =
    first === undefined || total.cpuMs === 0 || findOnlyUser(report) !== null
      ? ''
      : html`, ${name(first.key)} the most: ${decimal((100 * first.cpuMs) / total.cpuMs)} % of it`;
  const projected =
    projectionFactor === null
      ? ''
      : ` If it goes on like that it will be ${decimal(credits(total.cpuMs) * projectionFactor)} credits.`;
  return html`${name(many)} spent ${decimal(credits(total.cpuMs))} credits${most}.${projected}`;
}

function keyFigures({ report, trend }: Page): KeyFigure[] {
  const { coverage, recorderCpuMs, rows, total, capacityCpuMs, vcpus } = report;
  const percent = capacityPercent(total, report);
  const over = rows.filter((row) => budgetPercent(row) > 100).length;
  const spentNote = `${upToHundredths(utilSeconds(total.cpuMs))} util-seconds`;
  const [hours] = report.period.days === 1 ? trend.days.slice(-1).map((day) => day.hours) : [];
  return [
    { title: 'Credits spent', value: decimal(credits(total.cpuMs)), note: spentNote },
    ...(percent === null || capacityCpuMs === null || vcpus === null
      ? []
      : [
          {
            title: 'Of the host',
            value: `${decimal(percent)} %`,
            note: `of ${upToHundredths(credits(capacityCpuMs))} credits, ${formatVcpus(vcpus)}`,
          },
        ]),
    {
      title: 'Over budget',
      value: plural(over, 'user'),
      note: `of ${plural(rows.length + (report.others?.rows ?? 0), 'user')}`,
    },
    ...busiestFigure(report, hours?.busiest ?? null),
    {
      title: 'Recorded',
      value: `${percentDown(coverage.recordedMs, coverage.elapsedMs)} %`,
      note:
        report.onlyUsers === null
          ? `psusage itself: ${decimal(credits(recorderCpuMs))} credits`
          : `of the ${report.period.days === 1 ? 'day' : 'days'}`,
    },
  ];
}

function busiestFigure(
  { period }: JournalReport,
  busiest: { fromMs: number; percent: number } | null,
): KeyFigure[] {
  if (busiest === null) return [];
  const note = `of all vCPUs, from ${formatShortMoment(busiest.fromMs, period)}`;
  return [{ title: 'Busiest hour', value: `${decimal(busiest.percent)} %`, note }];
}

function renderKeyFigure({ title, value, note }: KeyFigure): Markup {
  return html`<div>
    <dt>${title}</dt>
    <dd><strong>${value}</strong> <span>${note}</span></dd>
  </div>`;
}
