import type Database from 'better-sqlite3';
import { SQLite } from '../../shared/journal/sqlite.js';
import type { DamagedJournal, Row, JournalTable } from './damaged-journal.js';
import type { LostStretch } from './tree.js';

/** What became of a table. */
export interface CopiedTable {
  table: JournalTable;
  copied: number;
  /** Rows that could be read, but break a rule of the table, or refer to a row that is lost. */
  refused: Row[];
  /** Where rows may be missing. */
  lost: LostStretch[];
  /** What indexes have of rows that are missing, by their numbers; undefined where that can't be known. */
  missing: Map<number, Row> | undefined;
}

/** What indexes can tell of the rows of a table that has all of its columns, or nearly all, in them. */
export interface InIndexes {
  /** What rows get that are restored from indexes, where these lack a column. */
  defaults: Row;
  /**
   * What becomes of a row whose text an index has otherwise: one of the two is damage, and nothing tells which.
   * Undefined for a table that is too large to compare all of it.
   */
  differing?: 'blanked' | 'refused';
}

const EVERYWHERE: LostStretch = { after: undefined, upTo: undefined };

/** Copies the rows that can be read, each with its own number. */
export function copyTable(
  from: DamagedJournal,
  to: Database.Database,
  table: JournalTable,
  inIndexes?: InIndexes,
): CopiedTable {
  const copied: CopiedTable = { table, copied: 0, refused: [], lost: [], missing: new Map() };
  const { insert, isThere } = prepare(to, table);
  const differing = inIndexes?.differing;
  const known = differing === undefined ? [] : from.readIndexes(table, [EVERYWHERE]);
  to.transaction(() => {
    for (const row of from.rows(table, (stretch) => copied.lost.push(stretch))) {
      const id = toId(row, table);
      const blank = differing === 'blanked' ? `(unreadable ${id})` : undefined;
      const agreed = agree(row, known[0]?.rows.get(id), blank);
      if (agreed !== undefined && isInserted(insert, agreed)) copied.copied += 1;
      else copied.refused.push(row);
    }
    if (copied.lost.length === 0) return;
    const refused = new Set(copied.refused.map((row) => toId(row, table)));
    const isRead = (id: number) => refused.has(id) || isThere.get(id) !== undefined;
    copied.missing = findMissing(from, copied, isRead);
    for (const [id, columns] of inIndexes === undefined ? [] : (copied.missing ?? [])) {
      const row = { ...inIndexes?.defaults, ...columns, [table.rowId ?? '']: id };
      if (!isInserted(insert, row)) continue;
      copied.copied += 1;
      copied.missing?.delete(id);
    }
  })();
  return copied;
}

/** An index that does not have just the rows that were read, and those that are missing, is not the table's. */
function findMissing(
  from: DamagedJournal,
  { table, lost, copied, refused }: CopiedTable,
  isRead: (id: number) => boolean,
): Map<number, Row> | undefined {
  let missing: Map<number, Row> | undefined;
  for (const { count, rows } of from.readIndexes(table, lost)) {
    for (const id of rows.keys()) if (isRead(id)) rows.delete(id);
    if (count !== copied + refused.length + rows.size) continue;
    missing ??= new Map();
    for (const [id, columns] of rows) missing.set(id, { ...missing.get(id), ...columns });
  }
  return missing;
}

function toId(row: Row, { rowId }: JournalTable): number {
  return Number(row[rowId ?? '']);
}

/** The row with what an index says the same; undefined where it says something else that can't be left blank. */
function agree(row: Row, inIndex: Row | undefined, blank: string | undefined): Row | undefined {
  const differing = Object.entries(inIndex ?? {}).filter(
    ([column, value]) => row[column] !== value,
  );
  const canBlank = differing.every(([, value]) => typeof value === 'string' && blank !== undefined);
  if (!canBlank) return undefined;
  return { ...row, ...Object.fromEntries(differing.map(([column]) => [column, blank ?? null])) };
}

/** Whether each row that there was has been copied. */
export function isWhole({ lost, refused, missing }: CopiedTable): boolean {
  return refused.length === 0 && (lost.length === 0 || missing?.size === 0);
}

function prepare(to: Database.Database, { name, columns, rowId }: JournalTable) {
  return {
    insert: to.prepare<[Row]>(
      `INSERT INTO ${name} (${columns.join(', ')})
       VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
    ),
    isThere: to.prepare<[number]>(`SELECT 1 FROM ${name} WHERE ${rowId ?? 'NULL'} = ?`),
  };
}

/** A row that breaks a rule of its table was damaged, though it could be read. */
function isInserted(insert: Database.Statement<[Row]>, row: Row): boolean {
  try {
    insert.run(row);
    return true;
  } catch (error) {
    const isRuleBroken =
      error instanceof SQLite.SqliteError &&
      (/^SQLITE_(?:CONSTRAINT|MISMATCH)/.test(error.code) || error.message === 'malformed JSON');
    if (isRuleBroken || error instanceof RangeError) return false;
    throw error;
  }
}
