import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { asJournalError, isDamage, JournalError } from '../../shared/journal/errors.js';
import { wasJournal } from '../../shared/journal/is-journal.js';
import { JOURNAL_APPLICATION_ID } from '../../shared/journal/migrate.js';
import { SQLite } from '../../shared/journal/sqlite.js';

const MAGIC = Buffer.from('SQLite format 3\0');

/** A file whose header has to be mended is read into memory. */
const MAX_IN_MEMORY_BYTES = 2 * 1024 ** 3;

/** What every journal has: psusage never sets another page size. */
const PAGE_BYTES = 4_096;

/**
 * Opens a damaged journal to read what can be read. Nothing is written to it; where its header is gone a
 * copy in memory gets another.
 *
 * @throws JournalError when it never was a journal, or its schema is unreadable
 */
export function openDamaged(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    if (!wasJournal(path)) {
      throw new JournalError('NOT_A_JOURNAL', path, `${path} is no journal of psusage`, {
        hint: 'psusage repair without a name lists the journals that were set aside',
      });
    }
    db = hasHeader(path)
      ? new SQLite(path, { readonly: true, fileMustExist: true })
      : new SQLite(withHeader(path), { readonly: true });
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db?.close();
    const failure = asJournalError('cannot read', path, error);
    if (!isDamage(failure)) throw failure;
    throw new JournalError('UNREADABLE', path, failure.message, {
      hint: `what its tables are can’t be read; SQLite’s own tool may find rows: sqlite3 ${path} .recover`,
      cause: error,
    });
  }
}

/** Which file it is, whatever it is called: the SHA-256 of its bytes, in hexadecimal. */
export function fingerprint(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1024 * 1024);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, chunk);
      if (length === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

function hasHeader(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
    return start.equals(MAGIC);
  } finally {
    closeSync(file);
  }
}

/** The file in memory, with the header of a journal that nobody writes: https://sqlite.org/fileformat.html#the_database_header */
function withHeader(path: string): Buffer {
  const { size } = statSync(path);
  if (size > MAX_IN_MEMORY_BYTES) {
    throw new JournalError(
      'TOO_LARGE',
      path,
      `${path} has lost its header and is too large to mend`,
      {
        hint: 'try: sqlite3 <file> .recover',
      },
    );
  }
  const bytes = readFileSync(path);
  bytes.fill(0, 0, 100);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(PAGE_BYTES, 16);
  bytes.set([1, 1, 0, 64, 32, 32], 18);
  bytes.writeUInt32BE(Math.floor(size / PAGE_BYTES), 28);
  const SCHEMA_FORMAT = 4;
  bytes.writeUInt32BE(SCHEMA_FORMAT, 44);
  const UTF8 = 1;
  bytes.writeUInt32BE(UTF8, 56);
  bytes.writeUInt32BE(JOURNAL_APPLICATION_ID, 68);
  return bytes;
}
