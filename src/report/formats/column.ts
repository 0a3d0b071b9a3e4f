import { bar } from './bar.js';

/** What the grid has to know of a line of any table. */
export interface AnyLine {
  /** A `gap` is a stretch of which nothing is known: it has no cells, only its label. */
  kind: 'row' | 'others' | 'total' | 'unseen' | 'gap';
  /** What it stands for. */
  label: string;
}

export interface Column<L extends AnyLine> {
  title: string;
  /** Below the title, in the second line of the header. */
  unit: string | ((width: number) => string);
  align: 'left' | 'right';
  /** 0 stays however narrow the terminal is; of the others the highest goes first. */
  rank: number;
  /** Columns that can be narrower than what is in them, or wider; the others are as wide as they must. */
  elastic?: { min: number; max: number };
  cell: (line: L, width: number) => string;
  /** Whether it says something of the unseen part of the total too; its cell is empty there if not. */
  ofUnseen?: boolean;
  /** Whether the cell says that a budget is spent. */
  alarming?: (line: L) => boolean;
}

const NAME_MIN = 14;
const BAR_MIN = 9;
const BAR_MAX = 20;

/** What stands in a line under a column. */
export function cellOf<L extends AnyLine>(column: Column<L>, line: L, width: number): string {
  if (line.kind === 'gap' || (line.kind === 'unseen' && column.ofUnseen !== true)) return '';
  return column.cell(line, width);
}

export function figure<L extends AnyLine>(column: Omit<Column<L>, 'align'>): Column<L> {
  return { align: 'right', ...column };
}

/** What each line stands for; a long name is cut where there is no room, but for its first `min` characters. */
export function nameColumn<L extends AnyLine>(
  title: string,
  lines: readonly L[],
  min = NAME_MIN,
): Column<L> {
  const longest = longestOf(title, lines, ({ label }) => label);
  return {
    title,
    unit: '',
    align: 'left',
    rank: 0,
    elastic: { min: Math.min(longest, min), max: longest },
    cell: ({ label }) => label,
    ofUnseen: true,
  };
}

/** How many characters the widest of a column's texts has. */
export function longestOf<L extends AnyLine>(
  title: string,
  lines: readonly L[],
  textOf: (line: L) => string,
): number {
  const withCells = lines.filter(({ kind }) => kind !== 'gap');
  return Math.max(title.length, ...withCells.map((line) => textOf(line).length));
}

/** A bar whose scale, 0 to 100 %, stands in the header. */
export function barColumn<L extends AnyLine>(
  title: string,
  percent: (line: L) => number | undefined,
  max = BAR_MAX,
): Column<L> {
  return {
    title,
    unit: (width) => `0${'100 %'.padStart(width - 1)}`,
    align: 'left',
    rank: 5,
    elastic: { min: Math.max(BAR_MIN, title.length), max },
    cell: (line, width) => {
      const value = percent(line);
      return value === undefined ? '' : bar(value, width);
    },
    alarming: (line) => (percent(line) ?? 0) > 100,
  };
}
