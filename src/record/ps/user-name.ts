import { UsageError } from '../../shared/errors.js';
import { parseNamedUser } from '../../shared/named-user.js';
import { USER_WIDTH } from '../../shared/ps-user-name.js';

/** What ps prints as it is, without a locale. */
const PRINTED = /^[\x20-\x7e]+$/;

/**
 * A user as ps shows one, by name or uid.
 *
 * @throws UsageError for a name that no row of ps can have, and for what is no uid
 */
export function userName(name: string): string {
  if (name.trim() === '') throw new UsageError('a user needs a name', 'psusage record --user foo');
  if (parseNamedUser(name).name === null) return name;
  if (!PRINTED.test(name)) {
    throw new UsageError(
      `ps can't print the user name '${name}': it is not plain ASCII`,
      uidOf(name),
    );
  }
  if (name.length > USER_WIDTH) {
    throw new UsageError(
      `ps can't print the user name '${name}': it is longer than ${USER_WIDTH} characters`,
      uidOf(name),
    );
  }
  return name;
}

function uidOf(name: string): string {
  return `give the uid instead, as uid:1001; which it is: id -u ${name}`;
}
