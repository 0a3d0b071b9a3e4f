import { readFileSync, statSync } from 'node:fs';
import type { Snapshot } from './sample.js';

/** Nearly all: this part of the processes of other users than root and the recorder's own. */
const NEARLY_ALL = 0.9;

/**
 * The uid as which the kernel shows each user who has none in the recorder's user namespace; undefined where
 * every user has one, where that uid is one of them, as in a container with users and processes of its own, and where
 * the system does not tell.
 */
export function readOverflowUid(): number | undefined {
  try {
    const uid = Number(readFileSync('/proc/sys/kernel/overflowuid', 'latin1'));
    const ranges = readFileSync('/proc/self/uid_map', 'latin1').trim().split('\n');
    const isMapped = ranges.some((line) => {
      const [from = 0, , count = 0] = line.trim().split(/ +/).map(Number);
      return uid >= from && uid < from + count;
    });
    // The first of all processes has no user there where the processes are another namespace's.
    return isMapped && statSync('/proc/1').uid !== uid ? undefined : uid;
  } catch {
    return undefined;
  }
}

/** Whether nearly all processes of other users are shown as that uid's. */
export function areUsersUnmapped(
  { samples }: Snapshot,
  { overflowUid, ownUid }: { overflowUid: number; ownUid: number },
): boolean {
  const others = [...samples.values()].filter(({ uid }) => uid !== 0 && uid !== ownUid);
  const unmapped = others.filter(({ uid }) => uid === overflowUid);
  return unmapped.length > 0 && unmapped.length >= NEARLY_ALL * others.length;
}
