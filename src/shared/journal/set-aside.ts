import { existsSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { toMessage } from '../errors.js';
import { accessTo, makeFile } from './access.js';
import { JournalError } from './errors.js';

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
      path,
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
  throw new JournalError('NOT_SET_ASIDE', wanted, `too many files are named ${wanted}`, {
    hint: 'the disk may be failing; check the kernel log (dmesg)',
  });
}
