import { plural, rounded, upToHundredths } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import { budgetPercent, isOver, type JournalReport, type ReportRow } from '../../models/day.js';
import type { TrendRow } from '../../models/trend.js';
import { html, type Markup } from '../../formats/markup.js';
import { formatShortMoment } from '../../views/date-format.js';
import { emptyNotes } from '../../views/report-notes.js';
import { formatGrowth } from '../../views/trend-rows.js';
import { toVerdict, type Verdict } from '../figures/verdict.js';
import type { Page } from '../page.js';
import { listed, sentence, shortName } from '../section.js';
import { formatLimitDay } from './trend.js';

const HEADLINES = {
  fits: 'The host has room',
  tight: 'The host has little room in its busiest hour',
  full: 'The host is full in its busiest hour',
} as const;

/** The report in a box: whether it fits, how much was used, and whom to look at; below it the figures to compare. */
export function renderSummary(page: Page): Markup {
  const { report, trend, nearest, busiestHour } = page;
  if (report.rows.length === 0) {
    const lines = emptyNotes(report, nearest).map((note) => html`<p>${sentence(note)}</p>`);
    return html`<section id="summary" class="verdict">${lines}</section>`;
  }
  const verdict = toVerdict(report, busiestHour, trend);
  return html`<section id="summary" class="verdict ${chooseLook(verdict)}">
      <h2>${formatHeadline(verdict, page)}</h2>
      <p>${formatUse(verdict, page)}</p>
      <p>${formatBudgets(verdict, page)}</p>
      ${formatGrowing(verdict, page)}
    </section>
    <dl class="key-figures">${keyFigures(verdict, page).map(renderKeyFigure)}</dl>`;
}

function chooseLook({ host, over, onCourse }: Verdict): 'good' | 'near' | 'bad' {
  if (over.length > 0 || host === 'full') return 'bad';
  return onCourse.length > 0 || host === 'tight' ? 'near' : 'good';
}

/** `The host has room; 1 user is over budget.` Of some users nothing tells whether the host has room. */
function formatHeadline({ host }: Verdict, { report: { onlyUsers, standing } }: Page): string {
  const users =
    standing.over.length > 0
      ? `${plural(standing.over.length, 'user is', 'users are')} over budget`
      : standing.onCourse.length > 0
        ? `${plural(standing.onCourse.length, 'user is', 'users are')} on course to exceed the budget`
        : undefined;
  if (onlyUsers !== null) return users ?? 'Within budget';
  const room = host === null ? 'Too little was recorded to judge the host' : HEADLINES[host];
  return users === undefined ? room : `${room}; ${users}`;
}

/** `All vCPUs were 54.7 % busy on average, and 72.0 % in the busiest hour, from 14:00.` */
function formatUse({ busyPercent, busiest }: Verdict, { report, trend }: Page): Markup {
  if (busyPercent === null) return html``;
  const { coverage, onlyUsers, period } = report;
  const average = `${rounded(busyPercent)} %`;
  const peak =
    busiest === null
      ? ''
      : `, and ${rounded(busiest.percent)} % in the busiest hour, from ${formatShortMoment(busiest.fromMs, period)}`;
  if (onlyUsers !== null)
    return html`${shortName(onlyUsers.label)} used ${average} of all vCPUs on average${peak}.`;
  const what = coverage.complete ? 'All vCPUs' : 'While it was recorded all vCPUs';
  const day = formatLimitDay(trend.total.projection, trend.period);
  const full = day === undefined ? '' : ` As they grow they will be full about ${day}.`;
  return html`${what} were ${average} busy on average${peak}.${full}`;
}

function formatBudgets({ over, onCourse }: Verdict, { report }: Page): Markup {
  const users = (rows: readonly ReportRow[]) =>
    listed(rows.map((row) => html`${shortName(row.key)} (${formatOfBudget(row, report)})`));
  if (over.length > 0 && onCourse.length > 0)
    return html`Over budget: ${users(over)}; on course to exceed it: ${users(onCourse)}.`;
  if (over.length > 0) return html`Over budget: ${users(over)}.`;
  if (report.onlyUsers !== null) return html`Of the budget: ${users(report.rows)}.`;
  const rest = onCourse.length > 0 ? onCourse : report.rows.slice(0, 1);
  const what = onCourse.length > 0 ? 'on course to exceed it' : 'nearest to it';
  const budget = report.budgetsAreGiven ? 'budget' : 'the budget of one vCPU';
  return html`Nobody is over ${budget}; ${what}: ${users(rest)}.`;
}

/** `68.5 %, 99.6 % at the end` */
function formatOfBudget(row: ReportRow, { projectionFactor }: JournalReport): string {
  const percent = budgetPercent(row);
  const atEnd =
    projectionFactor === null ? '' : `, ${rounded(percent * projectionFactor)} % at the end`;
  return `${rounded(percent)} %${atEnd}`;
}

function formatGrowing({ growing }: Verdict, page: Page): Markup {
  if (growing.length === 0) return html``;
  const users = listed(growing.map((row) => formatGrower(row, page)));
  return html`<p>Growing, in credits a day each week: ${users}.</p>`;
}

/** `shop_net +27.09 (at its budget about 2027-07-21)` */
function formatGrower({ key, line, projection }: TrendRow, { trend }: Page): Markup {
  const day = formatLimitDay(projection, trend.period);
  const when = projection?.kind === 'reached' ? 'already' : day === undefined ? '' : `about ${day}`;
  const limit = when === '' ? '' : ` (at its budget ${when})`;
  return html`${shortName(key)} ${formatGrowth(line) ?? ''}${limit}`;
}

interface KeyFigure {
  title: string;
  value: string;
  note: string;
  isAlarming?: boolean;
}

function keyFigures(verdict: Verdict, { report }: Page): KeyFigure[] {
  const { rows, standing, total, capacityCpuMs, period, projectionFactor, onlyUsers } = report;
  const only = onlyUsers !== null && rows.length === 1 ? rows[0] : undefined;
  const { busyPercent, busiest } = verdict;
  const users = plural(standing.rows, 'user');
  const spentNote =
    projectionFactor === null
      ? `of ${upToHundredths(credits(capacityCpuMs ?? 0))}`
      : `${rounded(credits(total.cpuMs) * projectionFactor)} at the end`;
  return [
    {
      title: 'Credits spent',
      value: rounded(credits(total.cpuMs)),
      note: spentNote,
    },
    ...(busyPercent === null
      ? []
      : [
          {
            title: `${onlyUsers === null ? 'Busy' : 'Used'} on average`,
            value: `${rounded(busyPercent)} %`,
            note: 'of all vCPUs',
          },
        ]),
    ...(busiest === null
      ? []
      : [
          {
            title: 'Busiest hour',
            value: `${rounded(busiest.percent)} %`,
            note: `from ${formatShortMoment(busiest.fromMs, period)}`,
          },
        ]),
    ...(only === undefined
      ? [
          {
            title: 'Over budget',
            value: String(standing.over.length),
            note: `of ${users}`,
            isAlarming: standing.over.length > 0,
          },
          ...(projectionFactor === null
            ? []
            : [
                {
                  title: 'On course for it',
                  value: String(standing.onCourse.length),
                  note: `of ${users}`,
                },
              ]),
        ]
      : [budgetFigure(only, report)]),
  ];
}

/** Of the only user. */
function budgetFigure(row: ReportRow, { projectionFactor }: JournalReport): KeyFigure {
  const percent = budgetPercent(row);
  return {
    title: 'Of the budget',
    value: `${rounded(percent)} %`,
    note: projectionFactor === null ? '' : `${rounded(percent * projectionFactor)} % at the end`,
    isAlarming: isOver(row),
  };
}

function renderKeyFigure({ title, value, note, isAlarming = false }: KeyFigure): Markup {
  return html`<div class="${isAlarming ? 'over' : ''}">
    <dt>${title}</dt>
    <dd><strong>${value}</strong> <span>${note}</span></dd>
  </div>`;
}
