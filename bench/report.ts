// What a report costs, and whether it feels the size of the journal; writes its section of bench/results/performance.md:
//   npm run bench:report -- [--quick] [--runs 9] [--ten-million]
import { parseArgs } from 'node:util';
import { DAYS, type Journals, makeJournals } from './shared/report-journals.js';
import { withCleanup } from './shared/cleanup.js';
import { type Cost, measureInTurns } from './shared/in-turns.js';
import { writeSection } from './shared/page.js';
import { formatCount, formatMs, formatRatio } from './shared/table.js';
import { printProgress, printTable, toMarkdown } from './shared/table.js';

const MONTH_DAYS = 30;
const MILLION = 1_000_000;
const TEN_MILLION = 10_000_000;

/** Of a million lifecycles, beyond what the same report of an empty journal costs. */
const WITHIN_MS = { day: 50, page: 300, trend: 150, ledger: 150 };

/** Of ten million, in times what a million costs beyond an empty journal. */
const TEN_MILLION_WITHIN = 1.3;

const HEAD = [
  ...['report', 'lifecycles', 'CPU time', 'wall time', '× empty'],
  ...['beyond empty', '× a million’s', 'within', 'holds'],
];

/** A report that somebody asks for. */
interface ReportCase {
  readonly name: string;
  readonly args: readonly string[];
  /** In place of those where the journal is empty and what they name is not in it. */
  readonly argsOfEmpty?: readonly string[];
  readonly withinMs?: number;
}

/** A new view is one more line here. */
function listCases({ firstDay, lastDay }: Journals): ReportCase[] {
  const day = ['--day', lastDay];
  const range = ['--from', firstDay(DAYS), '--to', lastDay];
  const month = ['--from', firstDay(MONTH_DAYS), '--to', lastDay];
  const trend = ['--days', String(DAYS)];
  return [
    { name: 'a day', args: day, withinMs: WITHIN_MS.day },
    { name: 'a day, JSON', args: [...day, '--format', 'json'], withinMs: WITHIN_MS.day },
    { name: 'a day by command', args: [...day, '--by', 'command'], withinMs: WITHIN_MS.day },
    { name: 'a day by hour', args: [...day, '--by', 'hour'], withinMs: WITHIN_MS.day },
    { name: 'a day by process', args: [...day, '--by', 'process'] },
    { name: 'a minute', args: [...day, '--at', '12:07'], withinMs: WITHIN_MS.day },
    { name: 'a day of one user', args: [...day, '--user', 'foo_com'], argsOfEmpty: day },
    { name: 'a day as a page', args: [...day, '--format', 'html'], withinMs: WITHIN_MS.page },
    { name: `${DAYS} days`, args: range },
    { name: `${DAYS} days, JSON`, args: [...range, '--format', 'json'] },
    { name: `trend of ${DAYS} days`, args: trend, withinMs: WITHIN_MS.trend },
    { name: `trend of ${DAYS} days by day`, args: [...trend, '--by', 'day'] },
    {
      name: `ledger of ${MONTH_DAYS} days`,
      args: [...month, '--ledger'],
      withinMs: WITHIN_MS.ledger,
    },
    { name: `fit of ${MONTH_DAYS} days`, args: [...month, '--fit'] },
  ];
}

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'ten-million': { type: 'boolean', default: false },
  },
});
const { quick, 'ten-million': isLong } = options;
const runs = Number(options.runs ?? (quick ? 1 : 9));
const sizes = [0, 100_000, ...(quick ? [] : [MILLION]), ...(isLong ? [TEN_MILLION] : [])];

await withCleanup(async (cleanup) => {
  const journals = await makeJournals(sizes, cleanup);
  const rows = listCases(journals).flatMap((each) => {
    printProgress(`measuring the report of ${each.name}`);
    const { args, argsOfEmpty = args } = each;
    const commands = sizes.map((size) =>
      journals.report(size, ...(size === 0 ? argsOfEmpty : args)),
    );
    return toRows(each, measureInTurns(commands, runs));
  });
  printTable({ head: HEAD, rows });
  if (quick) return;
  await writeSection({
    heading: 'Reporting',
    command: `npm run bench:report${isLong ? ' -- --ten-million' : ''}`,
    runs: `${runs} runs each, in turns`,
    body: [
      `Generated journals of ${DAYS} days of forty users with a rhythm by day and week, and services that live all the
time. "Empty" is the same report of a journal in which no process was ever seen.`,
      toMarkdown({ head: HEAD, rows }),
      `A report reads sums by day and by quarter-hour, and no process of its own unless that changed its user or
command: a day takes as long whatever came before it. More lifecycles a day mean more users and commands that
were busy in each quarter-hour, until all are. Most of the table is drawing
its lines. A trend ends today, and fits a line to the days of each row.`,
    ],
  });
});

/** @param costs of the report of each journal, in the order of `sizes`; the first is empty */
function toRows({ name, args, withinMs }: ReportCase, costs: readonly Cost[]): string[][] {
  const emptyMs = costs[0]?.cpuMs ?? NaN;
  const millionMs = (costs[sizes.indexOf(MILLION)]?.cpuMs ?? NaN) - emptyMs;
  return costs.map(({ cpuMs, wallMs }, at) => {
    const size = sizes[at] ?? NaN;
    const lifecycles = size === 0 ? 'none' : formatCount(size);
    const whole = [name, lifecycles, formatMs(cpuMs), formatMs(wallMs)];
    if (size === 0) return [...whole, '', '', '', '', ''];
    const beyondMs = cpuMs - emptyMs;
    // Less than nothing is within what two runs differ by.
    const hasRatio = size >= MILLION && millionMs > 0;
    return [
      ...[...whole, formatRatio(cpuMs / emptyMs), formatMs(beyondMs)],
      hasRatio ? formatRatio(beyondMs / millionMs) : '',
      ...judge(size, beyondMs, millionMs, { withinMs, isOfDay: args[0] === '--day' }),
    ];
  });
}

/** The bar of a journal's size, and whether it holds; no report of a day may feel how much is recorded. */
function judge(
  size: number,
  beyondMs: number,
  millionMs: number,
  { withinMs, isOfDay }: { withinMs: number | undefined; isOfDay: boolean },
): [string, string] {
  const holds = (mostMs: number) => (beyondMs <= mostMs ? 'yes' : 'no');
  if (size === MILLION && withinMs !== undefined) return [`${withinMs} ms`, holds(withinMs)];
  if (size !== TEN_MILLION || !isOfDay) return ['', ''];
  return [`${TEN_MILLION_WITHIN} ×`, holds(TEN_MILLION_WITHIN * millionMs)];
}
