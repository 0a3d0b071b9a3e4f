import { userInfo } from 'node:os';
import { nameAsPsShows } from '../shared/ps-user-name.js';

/** Whoever runs psusage. By uid and name: the same uid may have been somebody else's, and the same name too. */
export interface Caller {
  uid: number;
  /** As ps shows it, and so as it is recorded. */
  name: string;
}

/** The one user whom a report is of: somebody as `parseNamedUser` reads it, or the caller. */
export type AskedUser = string | Caller;

/** Whether it is for the caller, who is to see nothing of others. */
export function isCaller(user: AskedUser | undefined): user is Caller {
  return typeof user === 'object';
}

/** Who runs this process; undefined on a system without uids. One without a name is called by the uid, as ps does. */
export function readCaller(): Caller | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : { uid, name: nameOf(uid) };
}

function nameOf(uid: number): string {
  try {
    return nameAsPsShows(userInfo({ encoding: 'buffer' }).username, uid);
  } catch {
    return String(uid);
  }
}
