import { harmlessText } from '../shared/harmless-text.js';

/** A uid that had several names, because it was renamed or given to somebody else. */
export interface RenamedUser {
  uid: number;
  /** In the order in which the journal came to know them. */
  names: string[];
}

/** So many are told one by one. */
const MAX_LISTED = 5;

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

/** For people, in one line; none where every uid had one name. */
export function renamedLine(renamed: readonly RenamedUser[]): string[] {
  if (renamed.length === 0) return [];
  const shown = renamed
    .slice(0, MAX_LISTED)
    .map(({ uid, names }) => `uid ${uid} was ${names.map(harmlessText).join(', ')}`);
  const more = renamed.length > shown.length ? '; …' : '';
  return [`several names, a row for each: ${shown.join('; ')}${more}`];
}
