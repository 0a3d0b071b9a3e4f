import { userInfo } from 'node:os';
import { nameAsPsShows } from '../shared/ps-user-name.js';

/** The users whom a report is about. */
export type UserFilter =
  /** As `parseNamedUsers` reads it. */
  { kind: 'named'; text: string } | OwnUser;

/** Whoever runs psusage, and is to see nothing of others: the same uid or name may have been another user's. */
export interface OwnUser {
  kind: 'own';
  uid: number;
  /** As ps shows it, and so as it is recorded. */
  name: string;
}

/** Who runs this process; undefined on a system without uids. One without a name is called by the uid, as ps does. */
export function readOwnUser(): OwnUser | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : { kind: 'own', uid, name: readName(uid) };
}

function readName(uid: number): string {
  try {
    return nameAsPsShows(userInfo({ encoding: 'buffer' }).username, uid);
  } catch {
    return String(uid);
  }
}
