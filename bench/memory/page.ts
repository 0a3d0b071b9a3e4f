import { mebibytes } from '../cost/figures.js';
import { markdown, type TextTable } from '../experiment/table.js';
import type { Held } from './record-lives.js';

const MOST_BYTES = 80 * 1024 ** 2;
const QUARTERS = [1, 2, 3, 4];

/** What was held after each tick, and what passed through meanwhile. */
export interface MemoryRun {
  readonly looks: readonly Held[];
  readonly lifecycles: number;
}

/** About 500 processes are followed in each. */
export interface MemoryRuns {
  /** Most of them live for a second or two. */
  readonly busy: MemoryRun;
  /** They live on. */
  readonly steady: MemoryRun;
  /** The same two for a while, had V8 sized its heap by itself. */
  readonly busyUnbounded: MemoryRun;
  readonly steadyUnbounded: MemoryRun;
}

export function memoryTable({ busy, steady }: MemoryRuns): TextTable {
  return {
    head: ['500 followed', 'lifecycles', 'first tick', ...QUARTERS.map(quarterName), 'most'],
    rows: [
      ['come and go', ...figures(busy)],
      ['live on', ...figures(steady)],
    ],
  };
}

export function paragraphs(runs: MemoryRuns): string[] {
  const { busy, steady, busyUnbounded, steadyUnbounded } = runs;
  return [
    `The compiled recorder with its parser and its journal, in a node process of its own, is given what ps would print in
${busy.looks.length.toLocaleString('en')} seconds of a simulated server, as fast as it can take it. One process in ten has a command of its own.`,
    `**At most ${mebibytes(MOST_BYTES)} resident with 500 followed: ${verdict(steady)}** where they live on, **${verdict(busy)}** where hundreds come and go each second. Resident
at the end of each quarter, and at the most:`,
    markdown(memoryTable(runs)),
    `Of it ${mebibytes(busy.looks.at(-1)?.fileBytes)} are pages of files, Node.js's own program above all: processes of the same program share them, and
the kernel may drop them.`,
    `The recorder tells V8 to collect garbage rather than to grow. Left alone it holds, and a tick costs in CPU time, with parsing and writing:`,
    markdown({
      head: ['500 followed', 'MiB, left alone', 'as it is', 'ms a tick, left alone', 'as it is'],
      rows: [
        ['come and go', ...comparison(busyUnbounded, busy)],
        ['live on', ...comparison(steadyUnbounded, steady)],
      ],
    }),
  ];
}

function quarterName(quarter: number): string {
  return `${quarter}/4`;
}

function figures({ looks, lifecycles }: MemoryRun): string[] {
  return [
    lifecycles.toLocaleString('en'),
    mebibytes(looks[0]?.rssBytes),
    ...QUARTERS.map((quarter) =>
      mebibytes(looks[(looks.length * quarter) / QUARTERS.length - 1]?.rssBytes),
    ),
    mebibytes(mostBytes(looks)),
  ];
}

/** Of as many ticks of each. */
function comparison(unbounded: MemoryRun, bounded: MemoryRun): string[] {
  const ticks = unbounded.looks.length;
  const both = [unbounded, bounded].map(({ looks }) => looks.slice(0, ticks));
  return [
    ...both.map((looks) => mebibytes(mostBytes(looks))),
    ...both.map((looks) => ((looks.at(-1)?.cpuMs ?? NaN) / ticks).toFixed(1)),
  ];
}

function verdict({ looks }: MemoryRun): string {
  return mostBytes(looks) <= MOST_BYTES ? 'reached' : 'not reached';
}

function mostBytes(looks: readonly Held[]): number {
  return Math.max(...looks.map(({ rssBytes }) => rssBytes));
}
