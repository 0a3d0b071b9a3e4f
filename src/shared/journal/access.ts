import { closeSync, fchmodSync, fchownSync, openSync, statSync } from 'node:fs';

/** Mode and owner of a file. */
export interface Access {
  mode: number;
  uid: number;
  gid: number;
}

/** A group may be let in to read; others may not. `-wal` and `-shm` follow the file they belong to. */
const FILE_MODE = 0o640;

/**
 * Makes an empty file where there is none, whatever the umask is: 0640, or with the access that a file
 * before it had. An existing one stays as it is; opening the file will tell what is in the way.
 */
export function makeFile(path: string, like?: Access): void {
  let made: number;
  try {
    made = openSync(path, 'ax', FILE_MODE);
  } catch {
    return;
  }
  try {
    if (like === undefined) fchmodSync(made, FILE_MODE);
    else giveAccess(made, like);
  } finally {
    closeSync(made);
  }
}

/** The access to a file; undefined where there is none. */
export function accessTo(path: string): Access | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Gives an open file the access that another one has, its owner as far as this user may. */
export function giveAccess(file: number, { mode, uid, gid }: Access): void {
  fchmodSync(file, mode & 0o777);
  try {
    fchownSync(file, uid, gid);
  } catch {
    // A user who may not give files away owned the one before too, or had access by its group.
  }
}
