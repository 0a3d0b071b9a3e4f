import { sanitize } from './sanitize.js';
import { isSystemdJournal, PRIORITY } from './systemd-journal.js';

/** Writes lines to stderr, safe for a terminal, each with its priority where that is systemd's journal. */
export function writeToStderr(level: 'warn' | 'error', lines: readonly string[]): void {
  const isJournal = isSystemdJournal(process.stderr.fd, process.env['JOURNAL_STREAM']);
  const prefix = isJournal ? PRIORITY[level] : '';
  process.stderr.write(lines.map((line) => `${prefix}${sanitize(line)}\n`).join(''));
}
