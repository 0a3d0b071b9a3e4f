/** What became of the rows of one table. */
export interface TableCount {
  table: string;
  copied: number;
  /** They are in the journal already. */
  known: number;
  /** They could be read, but nothing confirms them, or what they refer to is unreadable. */
  leftOut: number;
  /** Numbers in unreadable stretches. */
  unreadable: number;
  /** The table can't be read any further, or at all. */
  givenUp: boolean;
}

export function countOf(table: string): TableCount {
  return { table, copied: 0, known: 0, leftOut: 0, unreadable: 0, givenUp: false };
}

/** One line for a person. */
export function countLine(count: TableCount): string {
  const { table, copied, known, leftOut, unreadable, givenUp } = count;
  const parts = [
    `${copied} copied`,
    known > 0 ? `${known} already there` : '',
    leftOut > 0 ? `${leftOut} left out` : '',
    unreadable > 0 ? `up to ${unreadable} unreadable` : '',
    givenUp ? 'not readable any further' : '',
  ];
  return `${table}: ${parts.filter((part) => part !== '').join(', ')}`;
}
