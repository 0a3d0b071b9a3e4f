import type { Sample } from '../ps/sample.js';
import type { UserNames } from '../ps/users.js';

/** The names of more users are not remembered; those that came first are forgotten first. */
export const MAX_REMEMBERED_USERS = 10_000;

export interface Renamed {
  uid: number;
  user: string;
}

interface NamedSamples {
  samples: ReadonlyMap<number, Sample>;
  names: UserNames;
  /** Users that are new, or have another name than before. */
  renamed: Renamed[];
}

/**
 * The samples with the names of their users. A name that can't be looked up just now, since a directory does not
 * answer or the user was deleted, shows as the digits of the uid: the user keeps the name that was known.
 */
export function withKnownNames(
  samples: ReadonlyMap<number, Sample>,
  before: UserNames,
): NamedSamples {
  const names = new Map<number, string>();
  const mended = new Map<number, Sample>();
  for (const sample of samples.values()) {
    const { uid, user } = sample;
    const known = names.get(uid) ?? before.get(uid);
    if (known === user) continue;
    if (known !== undefined && user === String(uid))
      mended.set(sample.pid, { ...sample, user: known });
    else names.set(uid, user);
  }
  return {
    samples: mended.size === 0 ? samples : new Map([...samples, ...mended]),
    names: names.size === 0 ? before : bounded(new Map([...before, ...names])),
    renamed: [...names].map(([uid, user]) => ({ uid, user })),
  };
}

function bounded(names: Map<number, string>): UserNames {
  for (const uid of names.keys()) {
    if (names.size <= MAX_REMEMBERED_USERS) break;
    names.delete(uid);
  }
  return names;
}
