import { fstatSync } from 'node:fs';
import { sanitize } from './sanitize.js';

/** Priorities of sd-daemon(3), as a prefix of a line. */
export const PRIORITY = { debug: '<7>', info: '<6>', warn: '<4>', error: '<3>' } as const;

/**
 * Whether a file descriptor leads into systemd's journal, which takes the priority of a line from its prefix.
 *
 * @param stream JOURNAL_STREAM of the environment, device and inode: a child that writes elsewhere inherits it too
 */
export function isSystemdJournal(fd: number, stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Writes lines to stderr, safe for a terminal, each with its priority where that is systemd's journal. */
export function writeToStderr(level: 'warn' | 'error', lines: readonly string[]): void {
  const isJournal = isSystemdJournal(process.stderr.fd, process.env['JOURNAL_STREAM']);
  const prefix = isJournal ? PRIORITY[level] : '';
  process.stderr.write(lines.map((line) => `${prefix}${sanitize(line)}\n`).join(''));
}
