import type Database from 'better-sqlite3';
import { Pages } from './pages.js';
import type { SqliteValue } from './btree-page.js';
import { type LostStretch, readTree, type TreeRow, type TreeShape } from './tree.js';

/** A row by the names of its columns. */
export type Row = Record<string, SqliteValue>;

/** A table as the journal's migrations make it. */
export interface JournalTable {
  name: string;
  columns: readonly string[];
  /** Which columns are texts; all others are numbers. */
  texts: ReadonlySet<string>;
  /** The column that is its rows' number; undefined in a table WITHOUT ROWID, which is an index of its rows. */
  rowId: string | undefined;
  /** Those that have each row. */
  indexes: readonly { name: string; columns: readonly string[] }[];
}

/** What an index has of rows, by their numbers. */
export interface IndexedRows {
  /** How many rows it has in all. */
  count: number;
  rows: Map<number, Row>;
}

const SCHEMA: JournalTable = {
  name: 'sqlite_schema',
  columns: ['type', 'name', 'tbl_name', 'rootpage', 'sql'],
  texts: new Set(['type', 'name', 'tbl_name', 'sql']),
  rowId: 'rowid',
  indexes: [],
};
const SCHEMA_ROOT = 1;

/** No page has this number: whatever begins there can't be read. */
const NO_PAGE = 0;

/** What a table looks like in a journal that is whole. */
export function describeTable(db: Database.Database, name: string): JournalTable {
  const columns = db
    .prepare<[string], { name: string; type: string; pk: number }>(
      'SELECT name, type, pk FROM pragma_table_info(?)',
    )
    .all(name);
  const hasRowId = db
    .prepare<[string], number>('SELECT NOT wr FROM pragma_table_list(?)')
    .pluck()
    .get(name);
  const indexes = db
    .prepare<[string], string>('SELECT name FROM pragma_index_list(?) WHERE NOT partial')
    .pluck();
  const indexed = db.prepare<[string], string>('SELECT name FROM pragma_index_info(?)').pluck();
  return {
    name,
    columns: columns.map((column) => column.name),
    texts: new Set(columns.filter(({ type }) => type === 'TEXT').map((column) => column.name)),
    rowId: hasRowId === 1 ? columns.find(({ pk }) => pk === 1)?.name : undefined,
    indexes: indexes.all(name).map((index) => ({ name: index, columns: indexed.all(index) })),
  };
}

/** A damaged journal, of which what can be believed is read table by table. */
export class DamagedJournal {
  readonly #pages: Pages;
  readonly #roots: ReadonlyMap<string, number>;

  /** @param whole a journal with the same tables: where the schema can't be read theirs begin at the same pages */
  constructor(path: string, whole: Database.Database) {
    this.#pages = new Pages(path);
    const roots = whole
      .prepare<[], [string, number]>('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0')
      .raw();
    const found = [...readTree(this.#pages, tableShape(SCHEMA, SCHEMA_ROOT), () => undefined)]
      .map((row) => toRow(row, SCHEMA))
      .map(({ name, rootpage }): [string, number] => [String(name), Number(rootpage)]);
    this.#roots = new Map([...roots.all(), ...found]);
  }

  close(): void {
    this.#pages.close();
  }

  /** The rows of a table that can be read, in order; of where some may be missing `onLost` is told. */
  *rows(table: JournalTable, onLost: (stretch: LostStretch) => void): Generator<Row> {
    const shape = tableShape(table, this.#roots.get(table.name));
    for (const row of readTree(this.#pages, shape, onLost)) yield toRow(row, table);
  }

  /** What each index of a table that can be read in full has of those of its rows that are in some stretches. */
  readIndexes(table: JournalTable, stretches: readonly LostStretch[]): IndexedRows[] {
    return table.indexes.flatMap(
      ({ name, columns }) => this.#readIndex(table, name, columns, stretches) ?? [],
    );
  }

  #readIndex(
    { texts }: JournalTable,
    name: string,
    columns: readonly string[],
    stretches: readonly LostStretch[],
  ): IndexedRows | undefined {
    const read: IndexedRows = { count: 0, rows: new Map() };
    const lost: LostStretch[] = [];
    const shape = {
      root: this.#roots.get(name) ?? NO_PAGE,
      kind: 'index' as const,
      fits: (values: readonly SqliteValue[]) =>
        isFitting(values, columns, texts, 1) && typeof values.at(-1) === 'number',
    };
    for (const { values } of readTree(this.#pages, shape, (stretch) => lost.push(stretch))) {
      read.count += 1;
      const id = Number(values.at(-1));
      if (stretches.some((stretch) => isIn(stretch, id)))
        read.rows.set(id, toColumns(columns, values));
    }
    return lost.length === 0 ? read : undefined;
  }
}

function tableShape({ columns, texts, rowId }: JournalTable, root = NO_PAGE): TreeShape {
  const kind = rowId === undefined ? 'index' : 'table';
  return { root, kind, fits: (values) => isFitting(values, columns, texts, 0) };
}

/** Whether each column holds what it may, and there are so many more. */
function isFitting(
  values: readonly SqliteValue[],
  columns: readonly string[],
  texts: ReadonlySet<string>,
  more: number,
): boolean {
  return (
    values.length === columns.length + more &&
    columns.every((column, at) => {
      const value = values[at] ?? null;
      return value === null || typeof value === (texts.has(column) ? 'string' : 'number');
    })
  );
}

function isIn({ after, upTo }: LostStretch, id: number): boolean {
  return (after === undefined || id >= Number(after)) && (upTo === undefined || id <= Number(upTo));
}

function toRow({ key, values }: TreeRow, { columns, rowId }: JournalTable): Row {
  const row = toColumns(columns, values);
  return rowId === undefined || typeof key !== 'number' ? row : { ...row, [rowId]: key };
}

function toColumns(columns: readonly string[], values: readonly SqliteValue[]): Row {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
}
