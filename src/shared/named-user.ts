import { UsageError } from './errors.js';

/** Longer than the digits of any uid. */
const BY_UID = /^uid:(\d{1,10})$/;
const DIGITS = /^\d{1,10}$/;

/** A user as an option or the config file names one. */
export interface NamedUser {
  /** Null where it can only be a uid. */
  name: string | null;
  /** The uid that it means where no user has that name; null where it is no number. */
  uid: number | null;
}

/**
 * Reads `foo_com`, `uid:1001` or `1001`. A number alone is a name first, since names may be made of digits.
 *
 * @throws UsageError for `uid:` without a number
 */
export function parseNamedUser(text: string): NamedUser {
  const [, digits] = BY_UID.exec(text) ?? [];
  if (digits !== undefined) return { name: null, uid: Number(digits) };
  if (text.startsWith('uid:')) {
    throw new UsageError(`'${text}' is not a uid`, 'write uid: and a number, such as uid:1001');
  }
  return { name: text, uid: DIGITS.test(text) ? Number(text) : null };
}

/** Those of the users that it names: by name; where none has that name, by uid. */
export function usersNamed<User extends { name: string; uid: number | null }>(
  { name, uid }: NamedUser,
  users: readonly User[],
): User[] {
  const called = users.filter((user) => user.name === name);
  return called.length > 0 || uid === null ? called : users.filter((user) => user.uid === uid);
}
