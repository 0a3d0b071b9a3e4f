// What a report costs, and whether it feels the size of the journal:
//   npm run bench:report -- [--runs 9] [--ten-million]
import { parseArgs } from 'node:util';
import { measureInTurns } from './cost/in-turns.js';
import { reportCases, reportCommands, reportRows, reportTable } from './cost/report.js';
import { withCleanup } from './experiment/cleanup.js';
import { markdown, renderTable } from './experiment/table.js';
import { DAYS, makeJournals } from './journals/for-bench.js';
import { writeSection } from './performance-page.js';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    'ten-million': { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs);

/** Why ten million are not ten times as many rows. */
const TEN_MILLION = `: ten million make two and a half times as many sums as one
million do, which shows where there is little else to do.`;

const sizes = [0, 10_000, 1_000_000, ...(options['ten-million'] ? [10_000_000] : [])];

await withCleanup(async (cleanup) => {
  const journals = await makeJournals(sizes, cleanup, console.error);
  const rows = reportCases(journals).flatMap((each) => {
    console.error(`measuring the report of ${each.name}`);
    return reportRows(each, sizes, measureInTurns(reportCommands(each, sizes, journals), runs));
  });
  const table = reportTable(rows);
  console.log(renderTable(table.head, table.rows));
  const page = await writeSection({
    heading: 'Reporting',
    command: `npm run bench:report${options['ten-million'] ? ' -- --ten-million' : ''}`,
    runs: `${runs} runs each, in turns`,
    body: [
      `Generated journals of ${DAYS} days: fifty users, lifecycles of 2–15 s, and services that live all the
time. "Empty" is the same report of a journal in which no process was ever seen.`,
      markdown(table),
      `A report reads sums by quarter-hour, and no process of its own unless that changed its user or
command: a day takes as long whatever came before it. More lifecycles a day mean more users and commands that
were busy in each quarter-hour, until all are${options['ten-million'] ? TEN_MILLION : '.'} Most of the table is drawing
its 55 lines. A trend ends today, and fits a line to the days of each row.`,
    ],
  });
  console.error(`written: ${page}`);
});
