import { html, type Markup, name, trusted } from '../formats/markup.js';
import type { Page } from './page.js';
import { renderSection, type Section } from './section.js';
import { formatPeriod } from '../views/date-format.js';
import { untilNow, formatVcpus } from '../views/heading.js';
import { budgetsSection } from './sections/budgets.js';
import { coverageSection } from './sections/coverage.js';
import { daySection } from './sections/day.js';
import { heatSection } from './sections/heat.js';
import { ledgerSection } from './sections/ledger.js';
import { hoursSection } from './sections/stacked.js';
import { trendSection } from './sections/trend.js';
import { STYLE } from './style.js';

/** Nothing is fetched and nothing runs, whatever a name in the page says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The whole document. Pure: the same page is the same text, byte for byte. */
export function renderDocument(page: Page): string {
  const sections = [
    daySection(page),
    budgetsSection(page),
    hoursSection(page),
    trendSection(page),
    heatSection(page),
    ledgerSection(page),
    coverageSection(page),
  ];
  const { report } = page;
  const days = formatPeriod(report.period);
  const { onlyUsers, host } = report;
  const whose = onlyUsers === null ? host : `${onlyUsers.label} on ${host}`;
  return `${
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
              ${[days + untilNow(report), report.period.timeZone, ...averageVcpus(page)].join(' · ')}
            </p>
          </header>
          ${contents(sections)}
          <main>${sections.map(renderSection)}</main>
          <footer><p>${MEANING}</p></footer>
        </body>
      </html>`.text
  }\n`;
}

const MEANING =
  '100 % is one vCPU, or what is named. A credit is one vCPU at 100 % for a minute: 6,000 util-seconds.';

function averageVcpus({ report: { vcpus } }: Page): string[] {
  return vcpus === null ? [] : [formatVcpus(vcpus)];
}

function contents(sections: readonly Section[]): Markup {
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Sections">
    <ul>
      ${links}
    </ul>
  </nav>`;
}
