import { parseNamedUser, usersNamed } from '../../shared/named-user.js';
import type { RecorderRun } from '../data/runs.js';

/** A uid that had several names, because it was renamed or given to somebody else. */
export interface RenamedUser {
  uid: number;
  /** In the order in which the journal came to know them. */
  names: string[];
}

/** Which uids stand in several of these rows, each under another name. */
export function renamedUsers(
  rows: readonly { id: number; uid: number | null; name: string }[],
): RenamedUser[] {
  const names = new Map<number, string[]>();
  for (const { uid, name } of [...rows].sort((a, b) => a.id - b.id)) {
    if (uid !== null) names.set(uid, [...(names.get(uid) ?? []), name]);
  }
  return [...names]
    .map(([uid, ofUid]) => ({ uid, names: ofUid }))
    .filter((user) => user.names.length > 1);
}

/** Names that stand for more than one uid. */
export function sharedNames(users: readonly { name: string }[]): Set<string> {
  const seen = new Set<string>();
  return new Set(
    users.flatMap(({ name }) => {
      if (seen.has(name)) return [name];
      seen.add(name);
      return [];
    }),
  );
}

/** Stands for users who are not named; a name in brackets is no user. */
const OTHERS = '(others)';

/** The runs as the one user may see them: of those whom the recorder was told to follow no other is named. */
export function redactUsers<Run extends Pick<RecorderRun, 'users'>>(
  runs: readonly Run[],
  { name, uid }: { name: string; uid: number | null },
): Run[] {
  const isOwn = (user: string) => usersNamed(parseNamedUser(user), [{ name, uid }]).length > 0;
  return runs.map((run) => {
    const own = run.users.filter(isOwn);
    return { ...run, users: own.length === run.users.length ? own : [...own, OTHERS] };
  });
}
