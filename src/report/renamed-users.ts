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

/** Of what the figures are that a line on names stands below. */
interface Figures {
  /** The one user whom they are of. */
  onlyUser?: { name: string } | null;
  /** Whether each row is of a user. */
  areOfUsers?: boolean;
}

/** For people, in one line; none where every uid had one name. */
export function renamedLine(
  renamed: readonly RenamedUser[],
  { onlyUser = null, areOfUsers = true }: Figures = {},
): string[] {
  if (renamed.length === 0) return [];
  const shown = renamed
    .slice(0, MAX_LISTED)
    .map(({ uid, names }) => `uid ${uid} was ${names.map(harmlessText).join(', ')}`);
  const more = renamed.length > shown.length ? '; …' : '';
  const rows = areOfUsers && onlyUser === null ? ', a row for each' : '';
  const alone =
    onlyUser === null ? '' : `; the figures are of ${harmlessText(onlyUser.name)} alone`;
  return [`several names${rows}: ${shown.join('; ')}${more}${alone}`];
}
