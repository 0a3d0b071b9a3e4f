import { UsageError } from './errors.js';
import { isShellGlob, shellGlob } from './shell-glob.js';

/** Longer than the digits of any uid. */
const BY_UID = /^uid:(\d{1,10})$/;
const DIGITS = /^\d{1,10}$/;

/** One user, as an option or the config file names one. */
interface NamedUser {
  kind: 'user';
  /** Null where it can only be a uid. */
  name: string | null;
  /** The uid that it means where no user has that name; null where it is no number. */
  uid: number | null;
}

/** Users as an option or the config file names them: one, or all whose name fits a shell's pattern. */
export type NamedUsers = NamedUser | { kind: 'pattern'; pattern: RegExp };

/**
 * Reads `foo_com`, `uid:1001`, `1001` or `shop*`. A number alone is a name first, since names may be made of digits.
 *
 * @throws UsageError for `uid:` without a number
 */
export function parseNamedUsers(text: string): NamedUsers {
  const [, digits] = BY_UID.exec(text) ?? [];
  if (digits !== undefined) return { kind: 'user', name: null, uid: Number(digits) };
  if (text.startsWith('uid:')) {
    throw new UsageError(`'${text}' is not a uid`, 'write uid: and a number, such as uid:1001');
  }
  if (isShellGlob(text)) return { kind: 'pattern', pattern: shellGlob(text) };
  return { kind: 'user', name: text, uid: DIGITS.test(text) ? Number(text) : null };
}

/** Those of the users that are named: by name or pattern; where none has that name, by uid. */
export function usersNamed<User extends { name: string; uid: number | null }>(
  named: NamedUsers,
  users: readonly User[],
): User[] {
  if (named.kind === 'pattern') return users.filter(({ name }) => named.pattern.test(name));
  const called = users.filter(({ name }) => name === named.name);
  if (called.length > 0 || named.uid === null) return called;
  return users.filter(({ uid }) => uid === named.uid);
}
