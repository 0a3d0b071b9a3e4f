import { fstatSync } from 'node:fs';

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
