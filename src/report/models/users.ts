import { parseNamedUsers, usersNamed } from '../../shared/named-user.js';
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

/**
 * The runs as these users may see them: of those whom the recorder was told to follow no other is named, nor a pattern
 * that may have another's name in it.
 */
export function redactUsers<Run extends Pick<RecorderRun, 'users'>>(
  runs: readonly Run[],
  own: readonly { name: string; uid: number | null }[],
): Run[] {
  const toOwn = (text: string) => {
    const named = parseNamedUsers(text);
    const users = usersNamed(named, own);
    const isOwn = named.kind === 'user' && users.length > 0;
    return isOwn ? [text] : [...users.map(({ name }) => name), OTHERS];
  };
  return runs.map((run) => {
    const users = new Set(run.users.flatMap(toOwn));
    const hasOthers = users.delete(OTHERS);
    return { ...run, users: hasOthers ? [...users, OTHERS] : [...users] };
  });
}
