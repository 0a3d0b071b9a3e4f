import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import type Database from 'better-sqlite3';
import { toMessage } from '../errors.js';
import { type Access, accessTo, makeFile } from './access.js';
import { asJournalError, JournalError } from './errors.js';
import { JOURNAL_APPLICATION_ID } from './migrate.js';

/** Where SQLite's header holds the application id. */
const APPLICATION_ID_AT = 68;

/** What the schema of every journal holds, in plain text. */
const SCHEMA_TEXT = Buffer.from('CREATE TABLE recorder_run');

/** The schema is at the beginning; an update moves parts of it further back. */
const SEARCHED_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Whether a file that SQLite can't open was a journal before it was damaged: its header says so, or
 * some of the schema is left. Any other file is not psusage's, and must stay as it is.
 */
export function wasJournal(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(APPLICATION_ID_AT + 4);
    readSync(file, header, 0, header.length, 0);
    if (header.readUInt32BE(APPLICATION_ID_AT) === JOURNAL_APPLICATION_ID) return true;
    return holds(file, SCHEMA_TEXT);
  } finally {
    closeSync(file);
  }
}

function holds(file: number, text: Buffer): boolean {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  // Chunks overlap by the length of the text, which may lie across two.
  for (let at = 0; at < SEARCHED_BYTES; at += CHUNK_BYTES - text.length) {
    const length = readSync(file, chunk, 0, CHUNK_BYTES, at);
    if (chunk.subarray(0, length).includes(text)) return true;
    if (length < CHUNK_BYTES) return false;
  }
  return false;
}

/** Journals that are set aside within one second. */
const MAX_OF_ONE_NAME = 100;

/**
 * Gives a damaged journal another name, with its write-ahead log, and puts an empty file with the same
 * access in its place. The damaged one is not written to, and leaves no file beside the new one.
 *
 * @returns the damaged journal's new path
 * @throws JournalError NOT_SET_ASIDE
 */
export function setAside(journal: string, nowMs: number): string {
  const path = realpathSync(journal);
  const asidePath = freeName(`${path}.damaged-${compactTime(nowMs)}`);
  const access = accessTo(path);
  try {
    // The file first: SQLite takes no log that is left of another into a file that is empty.
    renameSync(path, asidePath);
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${asidePath}-wal`);
    rmSync(`${path}-shm`, { force: true });
  } catch (error) {
    throw new JournalError(
      'NOT_SET_ASIDE',
      `${path} is damaged and cannot be set aside: ${toMessage(error)}`,
      { hint: `move it away by hand, then start psusage record again`, cause: error },
    );
  }
  makeFile(path, access);
  return asidePath;
}

/** `20261125T224610Z`: UTC, to the second, in the order of time. */
export function compactTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** A name that no file has. */
export function freeName(wanted: string): string {
  for (let count = 1; count <= MAX_OF_ONE_NAME; count += 1) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!existsSync(name)) return name;
  }
  throw new JournalError('NOT_SET_ASIDE', `too many files are named ${wanted}`, {
    hint: 'the disk may be failing; check the kernel log (dmesg)',
  });
}

/**
 * Writes all that an open journal holds to a file of its own, also where its own file was removed: as
 * long as it is open it is all there. The file appears at once and whole.
 *
 * @param access of the journal, as it was
 * @throws JournalError
 */
export function saveJournal(db: Database.Database, path: string, access?: Access): void {
  const unfinished = `${path}-unfinished`;
  try {
    rmSync(unfinished, { force: true });
    makeFile(unfinished, access);
    db.prepare('VACUUM INTO ?').run(unfinished);
    // What is left of the journal that is gone would be taken for the log of this one.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw asJournalError('cannot save the journal to', path, error);
  }
}
