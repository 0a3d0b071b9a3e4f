import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../shared/errors.js';
import { parseNamedUsers } from '../../shared/named-user.js';
import { nameAsPsShows, USER_WIDTH } from '../../shared/ps-user-name.js';
import type { Sample } from './sample.js';

/** The name that each uid was seen with last. */
export type UserNames = ReadonlyMap<number, string>;

/** A directory service that does not answer is not waited for longer. */
const TIMEOUT_MS = 5_000;

/** A uid whose name was not found is looked up again after so long. */
const LOOK_UP_AGAIN_MS = 300_000;

/** What ps prints unchanged, without a locale. */
const PRINTED = /^[\x20-\x7e]+$/;

const DIGITS = /^\d+$/;

/**
 * A user as ps shows one, by name or uid, or a pattern of such names.
 *
 * @throws UsageError for a name that no row of ps can have, and for an invalid uid
 */
export function checkUserName(name: string): string {
  if (name.trim() === '') throw new UsageError('a user needs a name', 'psusage record --user foo');
  const named = parseNamedUsers(name);
  if (named.kind === 'pattern' || named.name === null) return name;
  const hint = `use the uid instead, as uid:1001; find it with: id -u ${name}`;
  if (!PRINTED.test(name)) {
    throw new UsageError(`ps can't print the user name '${name}': it is not plain ASCII`, hint);
  }
  if (name.length > USER_WIDTH) {
    throw new UsageError(
      `ps can't print the user name '${name}': it is longer than ${USER_WIDTH} characters`,
      hint,
    );
  }
  return name;
}

/**
 * Finds which of these numbers are names of users, by their uids, as the system knows them: also of users who have no
 * process yet. Numbers that the system does not look up in time are omitted.
 */
export async function findNamesOfDigits(users: readonly string[]): Promise<UserNames> {
  const found = await Promise.all(
    users
      .filter((user) => DIGITS.test(user))
      .map(async (name) => [await lookUpUid(name), name] as const),
  );
  return new Map(
    found.flatMap(([uid, name]) =>
      uid === undefined || String(uid) === name ? [] : [[uid, name]],
    ),
  );
}

/** `id` looks for a name first, and takes what is none for a uid. */
async function lookUpUid(name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', ['-u', '--', name], { timeout: TIMEOUT_MS });
    return DIGITS.test(stdout.trim()) ? Number(stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the system knows a name of this uid for which ps shows the number; false where it does not answer in time. */
export async function isShownAsNumber(uid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('id', ['-un', '--', `+${uid}`], {
      encoding: 'buffer',
      timeout: TIMEOUT_MS,
    });
    const name = stdout.subarray(0, stdout.indexOf('\n'));
    return name.length > 0 && nameAsPsShows(name, uid) === String(uid);
  } catch {
    return false;
  }
}

/**
 * Users for whom ps shows the uid. Either their name can't be looked up at the moment, or it is too long for ps: then
 * it is another user than the one whose name is remembered. Looks names up while sampling goes on.
 */
export class NumberedUsers {
  readonly #lookedUpMs = new Map<number, number>();
  #others = new Set<number>();

  /** @param isShownAsNumber whether ps shows the number of a user who has a name; never fails */
  constructor(private readonly isShownAsNumber: (uid: number) => Promise<boolean>) {}

  /** The remembered names, without those whose uid turned out to be another user's. */
  withoutOthers(names: UserNames): UserNames {
    const others = this.#others;
    if (others.size === 0) return names;
    this.#others = new Set();
    return new Map([...names].filter(([uid]) => !others.has(uid)));
  }

  /**
   * Looks up each user who is shown by the number and remembered by a name.
   *
   * @param samples as ps shows them
   */
  lookUp(samples: ReadonlyMap<number, Sample>, names: UserNames, nowMs: number): void {
    for (const { uid, user } of samples.values()) {
      const known = names.get(uid);
      if (known === undefined || known === user || user !== String(uid)) continue;
      const lookedUpMs = this.#lookedUpMs.get(uid);
      if (lookedUpMs !== undefined && nowMs - lookedUpMs < LOOK_UP_AGAIN_MS) continue;
      this.#lookedUpMs.set(uid, nowMs);
      void this.#lookUpOne(uid);
    }
  }

  async #lookUpOne(uid: number): Promise<void> {
    if (await this.isShownAsNumber(uid)) this.#others.add(uid);
  }
}
