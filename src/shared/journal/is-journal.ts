import { closeSync, openSync, readSync } from 'node:fs';
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
