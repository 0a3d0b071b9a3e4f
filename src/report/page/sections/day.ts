import { plural, rounded } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import {
  budgetPercent,
  findOnlyUser,
  isOver,
  type JournalReport,
  type ReportRow,
} from '../../models/day.js';
import type { TrendRow } from '../../models/trend.js';
import { html, type Markup } from '../../formats/markup.js';
import { formatEnd, formatShortMoment } from '../../views/date-format.js';
import { emptyNotes } from '../../views/report-notes.js';
import { formatGrowth } from '../../views/trend-rows.js';
import { toVerdict, type Verdict } from '../figures/verdict.js';
import type { Page } from '../page.js';
import { capitalised, listed, sentence, shortName } from '../section.js';
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
  return html`<section id="summary" class="verdict ${chooseLook(verdict, report)}">
      <h2>${formatHeadline(verdict, page)}</h2>
      <p>${formatUse(verdict, page)}</p>
      ${report.budgetsAreGiven ? html`<p>${formatBudgets(verdict, page)}</p>` : ''}
      ${formatGrowing(verdict, page)}
    </section>
    <dl class="key-figures">${keyFigures(verdict, page).map(renderKeyFigure)}</dl>`;
}

function chooseLook(
  { host, over, onCourse }: Verdict,
  { onlyUsers, budgetsAreGiven }: JournalReport,
): 'good' | 'near' | 'bad' | 'unknown' {
  if (over.length > 0 || host === 'full') return 'bad';
  if (onCourse.length > 0 || host === 'tight') return 'near';
  const isKnown = onlyUsers === null ? host !== null : budgetsAreGiven;
  return isKnown ? 'good' : 'unknown';
}

/** `The host has room; 1 user is over budget.` Figures of some users do not tell whether the host has room. */
function formatHeadline({ host }: Verdict, { report }: Page): string {
  const { onlyUsers, standing, budgetsAreGiven } = report;
  const isOfOne = findOnlyUser(report) !== null;
  const users = (keys: readonly string[], are: string) => {
    if (keys.length === 0) return undefined;
    return isOfOne ? are : `${plural(keys.length, 'user is', 'users are')} ${are}`;
  };
  const trouble = budgetsAreGiven
    ? (users(standing.over, 'over budget') ??
      users(standing.onCourse, 'on course to exceed the budget'))
    : undefined;
  if (onlyUsers !== null && budgetsAreGiven) return capitalised(trouble ?? 'within budget');
  if (onlyUsers !== null) return 'No budget is set';
  const room = host === null ? 'Too little was recorded to judge the host' : HEADLINES[host];
  return trouble === undefined ? room : `${room}; ${trouble}`;
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
  const full = day === undefined ? '' : html` At this growth they will be full about ${day}.`;
  return html`${what} were ${average} busy on average${peak}.${full}`;
}

function formatBudgets({ over, onCourse }: Verdict, { report }: Page): Markup {
  const onlyUser = findOnlyUser(report);
  if (onlyUser !== null) return html`Spent of the budget: ${formatOfBudget(onlyUser, report)}.`;
  const users = (rows: readonly ReportRow[]) =>
    listed(rows.map((row) => html`${shortName(row.key)} (${formatOfBudget(row, report)})`));
  if (over.length > 0 && onCourse.length > 0)
    return html`Over budget: ${users(over)}; on course to exceed it: ${users(onCourse)}.`;
  if (over.length > 0) return html`Over budget: ${users(over)}.`;
  const rest = onCourse.length > 0 ? onCourse : report.rows.slice(0, 1);
  const what = onCourse.length > 0 ? 'on course to exceed it' : 'nearest to it';
  return html`Nobody is over budget; ${what}: ${users(rest)}.`;
}

/** `68.5 %, 99.6 % by midnight` */
function formatOfBudget(row: ReportRow, report: JournalReport): string {
  const percent = budgetPercent(row);
  const atEnd = formatAtEnd(percent, report, ' %');
  return [`${rounded(percent)} %`, ...(atEnd === undefined ? [] : [atEnd])].join(', ');
}

/** `99.6 % by midnight`; undefined where nothing tells it. */
function formatAtEnd(
  value: number,
  { projectionFactor, period, untilMs }: JournalReport,
  unit: string,
): string | undefined {
  if (projectionFactor === null) return undefined;
  return `${rounded(value * projectionFactor)}${unit} by ${formatEnd(period, untilMs)}`;
}

function formatGrowing({ growing }: Verdict, page: Page): Markup {
  if (growing.length === 0) return html``;
  const [own] = growing;
  if (own !== undefined && findOnlyUser(page.report) !== null) {
    return html`<p>
      Growing: ${formatGrowth(own.line) ?? ''} credits a day per week${formatReached(own, page)}.
    </p>`;
  }
  const users = listed(growing.map((row) => formatGrower(row, page)));
  return html`<p>Growing, in credits a day per week: ${users}.</p>`;
}

/** `shop_net +27.1 (budget reached about 2027-07-21)` */
function formatGrower(row: TrendRow, page: Page): Markup {
  return html`${shortName(row.key)} ${formatGrowth(row.line) ?? ''}${formatReached(row, page)}`;
}

/** ` (budget reached about 2027-07-21)`; nothing where that is not within a year. */
function formatReached({ projection }: TrendRow, { trend, report }: Page): Markup {
  if (!report.budgetsAreGiven) return html``;
  if (projection?.kind === 'reached') return html` (its days reach the budget)`;
  const day = formatLimitDay(projection, trend.period);
  return day === undefined ? html`` : html` (budget reached about ${day})`;
}

interface KeyFigure {
  title: string;
  value: string;
  note: string;
  isAlarming?: boolean;
}

function keyFigures(verdict: Verdict, { report }: Page): KeyFigure[] {
  const { total, capacityCpuMs, period, onlyUsers } = report;
  const only = findOnlyUser(report);
  const { busyPercent, busiest } = verdict;
  const isOfBudget = only !== null && report.budgetsAreGiven;
  const most = rounded(credits((isOfBudget ? only.budgetCpuMs : capacityCpuMs) ?? 0));
  const spentNote =
    formatAtEnd(credits(total.cpuMs), report, '') ??
    `of ${most}${isOfBudget ? ' in the budget' : ''}`;
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
    ...(report.budgetsAreGiven ? budgetFigures(only, report) : []),
  ];
}

/** @param only the user whom the page is of, if it is of one */
function budgetFigures(only: ReportRow | null, report: JournalReport): KeyFigure[] {
  const { standing, projectionFactor } = report;
  const note = `of ${plural(standing.rows, 'user')}`;
  if (only !== null) return [ownBudgetFigure(only, report)];
  const over = standing.over.length;
  const onCourse = String(standing.onCourse.length);
  return [
    { title: 'Over budget', value: String(over), note, isAlarming: over > 0 },
    ...(projectionFactor === null ? [] : [{ title: 'On course for it', value: onCourse, note }]),
  ];
}

function ownBudgetFigure(row: ReportRow, report: JournalReport): KeyFigure {
  const percent = budgetPercent(row);
  return {
    title: 'Of the budget',
    value: `${rounded(percent)} %`,
    note: formatAtEnd(percent, report, ' %') ?? (isOver(row) ? 'over it' : 'within it'),
    isAlarming: isOver(row),
  };
}

function renderKeyFigure({ title, value, note, isAlarming = false }: KeyFigure): Markup {
  return html`<div class="${isAlarming ? 'over' : ''}">
    <dt>${title}</dt>
    <dd><strong>${value}</strong> <span>${note}</span></dd>
  </div>`;
}
