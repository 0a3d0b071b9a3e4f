import { DAYS, type Journals } from '../journals/for-bench.js';
import type { TextTable } from '../experiment/table.js';
import { CLI } from '../psusage/recorder.js';
import { milliseconds, times } from './figures.js';
import type { NamedCommand } from './in-turns.js';
import type { Cost } from './run.js';

const MILLION = 1_000_000;
const MONTH_DAYS = 30;

/** Of a million lifecycles, beyond what the report of an empty journal costs. */
const BEYOND_BAR_MS = 50;

/** Of ten million, in times what a million costs beyond an empty journal. */
const TEN_MILLION_BAR = 1.3;

/** A report that somebody asks for. */
export interface ReportCase {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether it is held to a bar: those of one day are. */
  readonly isOfOneDay: boolean;
}

/** A new view is one more line here. */
export function reportCases({ firstDay, lastDay, lastDays }: Journals): ReportCase[] {
  const day = ['--day', lastDay];
  const range = ['--from', firstDay, '--to', lastDay];
  const month = ['--from', lastDays(MONTH_DAYS), '--to', lastDay];
  const trend = ['--days', String(DAYS)];
  return [
    { name: 'a day', args: day, isOfOneDay: true },
    { name: 'a day, JSON', args: [...day, '--format', 'json'], isOfOneDay: true },
    { name: 'a day by command', args: [...day, '--by', 'command'], isOfOneDay: true },
    { name: `${DAYS} days`, args: range, isOfOneDay: false },
    { name: `${DAYS} days, JSON`, args: [...range, '--format', 'json'], isOfOneDay: false },
    { name: `trend of ${DAYS} days`, args: trend, isOfOneDay: false },
    { name: `trend of ${DAYS} days by day`, args: [...trend, '--by', 'day'], isOfOneDay: false },
    { name: `ledger of ${MONTH_DAYS} days`, args: [...month, '--ledger'], isOfOneDay: false },
    { name: `fit of ${MONTH_DAYS} days`, args: [...month, '--fit'], isOfOneDay: false },
  ];
}

/** The same report of each journal; the first is empty. */
export function reportCommands(
  { name, args }: ReportCase,
  sizes: readonly number[],
  journals: Journals,
): NamedCommand[] {
  return sizes.map((size) => ({
    name,
    command: [
      ...[process.execPath, CLI, 'report', '--journal', journals.pathOf(size)],
      ...['--tz', 'UTC', ...args],
    ],
  }));
}

/** @param costs of the report of each journal, in the order of `sizes`; the first is empty */
export function reportRows(
  { name, isOfOneDay }: ReportCase,
  sizes: readonly number[],
  costs: readonly Cost[],
): string[][] {
  const beyond = costs.map(({ cpuMs }) => cpuMs - (costs[0]?.cpuMs ?? NaN));
  const million = beyond[sizes.indexOf(MILLION)];
  return costs.map(({ cpuMs, wallMs }, at) => {
    const [size = 0, beyondMs = NaN] = [sizes[at], beyond[at]];
    const whole = [name, sizeInWords(size), milliseconds(cpuMs), milliseconds(wallMs)];
    if (at === 0) return [...whole, '', '', '', '', ''];
    return [
      ...[...whole, times(cpuMs, costs[0]?.cpuMs ?? NaN), milliseconds(beyondMs)],
      million === undefined || size < MILLION ? '' : times(beyondMs, million),
      ...(isOfOneDay ? heldTo(size, beyondMs, million) : ['', '']),
    ];
  });
}

export function reportTable(rows: readonly string[][]): TextTable {
  return {
    head: [
      ...['report', 'lifecycles', 'CPU time', 'wall time', '× empty'],
      ...['beyond empty', '× a million’s', 'within', 'holds'],
    ],
    rows,
  };
}

function heldTo(size: number, beyondMs: number, million: number | undefined): [string, string] {
  if (size === MILLION) {
    return [`${BEYOND_BAR_MS} ms`, beyondMs <= BEYOND_BAR_MS ? 'yes' : 'no'];
  }
  if (size < MILLION || million === undefined) return ['', ''];
  return [`${TEN_MILLION_BAR} ×`, beyondMs <= TEN_MILLION_BAR * million ? 'yes' : 'no'];
}

function sizeInWords(size: number): string {
  return size === 0 ? 'none' : size.toLocaleString('en-US');
}
