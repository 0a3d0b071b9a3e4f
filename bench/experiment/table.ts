import Table from 'cli-table3';

/** A table as text, for a terminal or a page. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table as a page of Markdown has it. */
export function markdown({ head, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Lines of text for a heading and rows; the first column is left-aligned, figures are not. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, at) => (at === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Seconds with milliseconds, of milliseconds. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** A difference in seconds, always with its sign. */
export function signedSeconds(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${seconds(Math.abs(ms))}`;
}

/** How far `value` is from `truth`, in per cent of the truth. */
export function signedPercent(value: number, truth: number): string {
  if (truth === 0) return '';
  const percent = (100 * (value - truth)) / truth;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}
