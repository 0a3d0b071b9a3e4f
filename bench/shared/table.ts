import Table from 'cli-table3';

/** A table as text, for a terminal or a page. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table as a page of Markdown has it. */
export function toMarkdown({ head, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Prints it for a terminal; all columns but the first are figures. */
export function printTable({ head, rows }: TextTable): void {
  if (rows.length === 0) return;
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  console.log(table.toString());
}

/** Tells people how far a bench is. */
export function printProgress(line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

/** Seconds with milliseconds, of milliseconds. */
export function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** A difference in seconds, always with its sign. */
export function formatSignedSeconds(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${formatSeconds(Math.abs(ms))}`;
}

/** Milliseconds with one decimal; empty where there is no figure. */
export function formatMs(ms = NaN): string {
  return Number.isNaN(ms) ? '' : `${ms < 0 ? '−' : ''}${Math.abs(ms).toFixed(1)} ms`;
}

/** A ratio; empty where there is none. */
export function formatRatio(ratio = NaN, decimals = 2): string {
  return Number.isNaN(ratio) ? '' : `${ratio.toFixed(decimals)} ×`;
}

/** `1,000,000` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * The value in the middle, or the mean of the two that are.
 *
 * @throws when there are none
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}
