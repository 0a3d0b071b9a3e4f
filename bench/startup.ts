// What starting psusage costs, beside Node.js alone:
//   npm run bench:startup -- [--runs 15]
import { parseArgs } from 'node:util';
import { measureInTurns } from './cost/in-turns.js';
import { BARE } from './cost/run.js';
import { startupCases, startupTable } from './cost/startup.js';
import { withCleanup } from './experiment/cleanup.js';
import { markdown, renderTable } from './experiment/table.js';
import { makeJournals } from './journals/for-bench.js';
import { writeSection } from './performance-page.js';

const LIFECYCLES = 10_000;

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
const runs = Number(options.runs);

/** What Node.js itself heeds at each start, such as certificates to read. */
const ofNode = Object.keys(process.env).filter((name) => name.startsWith('NODE_'));

const ENVIRONMENTS = [
  { name: 'In an environment as bare as cron’s', env: BARE },
  ...(ofNode.length === 0
    ? []
    : [{ name: `With ${ofNode.join(', ')} as set where it was measured`, env: process.env }]),
];

const INTRODUCTION = `A command loads its own libraries alone: \`--version\` none, a report the command line, the database and
what its format needs. "Within" is what its CPU time may be at most; wall time has the waiting for other programs in it. What a report is made of
is below it, each part alone: the first use of a time zone other than UTC has Node.js look through all
languages.`;

await withCleanup(async (cleanup) => {
  const journals = await makeJournals([0, LIFECYCLES], cleanup, console.error);
  const cases = startupCases(journals, LIFECYCLES);
  const tables = ENVIRONMENTS.map(({ name, env }) => {
    const table = startupTable(cases, measureInTurns(cases, runs, env));
    console.log(`${name}:\n${renderTable(table.head, table.rows)}`);
    return [`${name}:`, markdown(table)];
  });
  const page = await writeSection({
    heading: 'Starting',
    command: 'npm run bench:startup',
    runs: `${runs} runs each, in turns`,
    body: [INTRODUCTION, ...tables.flat()],
  });
  console.error(`written: ${page}`);
});
