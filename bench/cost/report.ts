import { DAYS, type Journals } from '../journals/for-bench.js';
import type { TextTable } from '../experiment/table.js';
import { CLI, NO_CONFIG } from '../psusage/recorder.js';
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
  /** In place of those where the journal is empty and what they name is not in it. */
  readonly argsOfEmpty?: readonly string[];
  /** Whether it is held to a bar: those of one day that read sums alone are. */
  readonly isHeldToBar: boolean;
}

/** A new view is one more line here. */
export function reportCases({ firstDay, lastDay, lastDays }: Journals): ReportCase[] {
  const day = ['--day', lastDay];
  const range = ['--from', firstDay, '--to', lastDay];
  const month = ['--from', lastDays(MONTH_DAYS), '--to', lastDay];
  const oneUser = [...day, '--user', 'site01'];
  const trend = ['--days', String(DAYS)];
  return [
    { name: 'a day', args: day, isHeldToBar: true },
    { name: 'a day, JSON', args: [...day, '--format', 'json'], isHeldToBar: true },
    { name: 'a day by command', args: [...day, '--by', 'command'], isHeldToBar: true },
    { name: 'a day by hour', args: [...day, '--by', 'hour'], isHeldToBar: true },
    { name: 'a day by process', args: [...day, '--by', 'process'], isHeldToBar: false },
    { name: 'a day of one user', args: oneUser, argsOfEmpty: day, isHeldToBar: false },
    { name: 'a day as a page', args: [...day, '--format', 'html'], isHeldToBar: false },
    { name: `${DAYS} days`, args: range, isHeldToBar: false },
    { name: `${DAYS} days, JSON`, args: [...range, '--format', 'json'], isHeldToBar: false },
    { name: `trend of ${DAYS} days`, args: trend, isHeldToBar: false },
    { name: `trend of ${DAYS} days by day`, args: [...trend, '--by', 'day'], isHeldToBar: false },
    { name: `ledger of ${MONTH_DAYS} days`, args: [...month, '--ledger'], isHeldToBar: false },
    { name: `fit of ${MONTH_DAYS} days`, args: [...month, '--fit'], isHeldToBar: false },
  ];
}

/** The same report of each journal; the first is empty. */
export function reportCommands(
  { name, args, argsOfEmpty = args }: ReportCase,
  sizes: readonly number[],
  journals: Journals,
): NamedCommand[] {
  return sizes.map((size) => ({
    name,
    command: [
      ...[process.execPath, CLI, 'report', '--journal', journals.pathOf(size)],
      ...[...NO_CONFIG, '--tz', 'UTC', ...(size === 0 ? argsOfEmpty : args)],
    ],
  }));
}

/** @param costs of the report of each journal, in the order of `sizes`; the first is empty */
export function reportRows(
  { name, isHeldToBar }: ReportCase,
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
      // Less than nothing is within what two runs differ by.
      million === undefined || million <= 0 || size < MILLION ? '' : times(beyondMs, million),
      ...(isHeldToBar ? heldTo(size, beyondMs, million) : ['', '']),
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
