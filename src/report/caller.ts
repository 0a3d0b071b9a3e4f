/** Whoever runs psusage. By uid alone: somebody's name may be the digits of another's uid. */
export interface Caller {
  uid: number;
}

/** The one user whom a report is of: somebody by name or uid, or the caller. */
export type AskedUser = string | Caller;

/** Whether it is for the caller, who is to see nothing of others. */
export function isCaller(user: AskedUser | undefined): user is Caller {
  return typeof user === 'object';
}
