import { formatSecond, formatPeriod } from '../views/date-format.js';
import { html, type Markup, name, trusted } from '../formats/markup.js';
import { rounded, roundedDown, upToHundredths } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { VERSION } from '../../shared/version.js';
import { formatVcpus, untilNow } from '../views/heading.js';
import { coverageLine, recordingNotes, renamedNote } from '../views/notes.js';
import { findOnlyUser, type JournalReport } from '../models/day.js';
import { NO_BREAK_SPACE } from '../view.js';
import type { Page } from './page.js';
import { notes, renderSection } from './section.js';
import { coverageSection } from './sections/coverage.js';
import { renderSummary } from './sections/day.js';
import { heatSection } from './sections/heat.js';
import { ledgerSection } from './sections/ledger.js';
import { hoursSection } from './sections/stacked.js';
import { trendSection } from './sections/trend.js';
import { usersSections } from './sections/users.js';
import { STYLE } from './style.js';

/** Nothing is fetched and nothing runs, whatever a name in the page says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The whole document. Pure: the same page is the same text, byte for byte. */
export function renderDocument(page: Page): string {
  const { report, ledger } = page;
  const coverage = coverageSection(page);
  const sections = [
    ...(report.rows.length === 0 ? [] : usersSections(page)),
    ...(report.rows.length === 0 || isWithin(page) ? [] : [hoursSection(page)]),
    ...(hasTrend(page) ? [trendSection(page), heatSection(page)] : []),
    ...(ledger === undefined ? [] : [ledgerSection(ledger)]),
    ...(coverage === undefined ? [] : [coverage]),
  ];
  const days = formatPeriod(report.period);
  const { onlyUsers, host } = report;
  const whose = onlyUsers === null ? host : `${onlyUsers.label} on ${host}`;
  return `${keepUnits(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>CPU credits of ${whose}, ${days}</title>
          <style>
            ${trusted(STYLE)}
          </style>
        </head>
        <body>
          <header>
            <h1>CPU credits of ${name(whose)}</h1>
            <p>
              ${[days + untilNow(report), report.period.timeZone, ...recordedHost(page)].join(`${NO_BREAK_SPACE}· `)}
            </p>
          </header>
          <main>${renderSummary(page)}${sections.map(renderSection)}</main>
          <footer>${footer(page)}</footer>
        </body>
      </html>`.text,
  )}\n`;
}

/** No line of a text begins with the unit of the figure that ends the line before. */
function keepUnits(text: string): string {
  return text.replaceAll(/(?<=\d) (?=%(?!<)|vCPU)/g, NO_BREAK_SPACE);
}

/** Of a single day there is nothing to compare. */
function hasTrend({ trend }: Page): boolean {
  return trend.total.cpuMs > 0 && trend.days.length > 1;
}

/** Whether the trend shows just the same days. */
function isWithin(page: Page): boolean {
  const { step, trend, report } = page;
  return step === 'day' && hasTrend(page) && trend.period.fromMs === report.period.fromMs;
}

function recordedHost({ report: { vcpus, coverage } }: Page): string[] {
  if (vcpus === null) return [];
  return [formatVcpus(vcpus), `recorded ${roundedDown(coverage.recordedMs, coverage.elapsedMs)} %`];
}

/** What the figures are of, what they mean, and what made the page. */
function footer({ report, nowMs }: Page): Markup {
  const { coverage, renamed, onlyUsers, recorderCpuMs, period } = report;
  return notes([
    ...(coverage.gaps.length === 0 ? [coverageLine(report)] : []),
    ...renamedNote(renamed, { onlyUsers }),
    ...recordingNotes(report),
    'a credit is one vCPU at 100 % for a minute: 6,000 util-seconds',
    ...(report.budgetsAreGiven ? [formatBudget(report)] : []),
    ...(onlyUsers === null && recorderCpuMs > 0
      ? [`recording used ${rounded(credits(recorderCpuMs))} credits (not counted above)`]
      : []),
    `made by psusage ${VERSION}, ${formatSecond(nowMs, period.timeZone)}`,
  ]);
}

function formatBudget(report: JournalReport): string {
  const onlyUser = findOnlyUser(report);
  const budgetCpuMs = onlyUser?.budgetCpuMs ?? report.commonBudgetCpuMs;
  if (budgetCpuMs === null) return 'budgets: as in the table of the users';
  const each = onlyUser === null ? ' each' : '';
  return `budget: ${upToHundredths(credits(budgetCpuMs))} credits${each}`;
}
