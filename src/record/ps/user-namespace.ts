import { readFileSync } from 'node:fs';
import type { Snapshot } from './sample.js';

/** All uids there are: 2³² − 1, the last one is no user. */
const ALL_UIDS = 4_294_967_295;

/** Nearly all: this part of the processes of other users than root and the recorder's own. */
const NEARLY_ALL = 0.9;

/**
 * The uid as which the kernel shows each user who has none in the recorder's user namespace; undefined where
 * every user has one, and where the system does not tell.
 */
export function readOverflowUid(): number | undefined {
  try {
    const mapped = readFileSync('/proc/self/uid_map', 'latin1')
      .trim()
      .split('\n')
      .reduce((sum, line) => sum + Number(line.trim().split(/ +/)[2]), 0);
    if (mapped >= ALL_UIDS) return undefined;
    const uid = readFileSync('/proc/sys/kernel/overflowuid', 'latin1').trim();
    return uid === '' ? undefined : Number(uid);
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
