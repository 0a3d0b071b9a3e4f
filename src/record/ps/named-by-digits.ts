import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { UserNames } from '../lifecycle/user-names.js';

/** A directory that does not answer is not waited for longer. */
const TIMEOUT_MS = 5_000;

const DIGITS = /^\d+$/;

/**
 * Which of these numbers are names of users, by their uids, as the system knows them: also of users who have no
 * process yet. What the system does not tell in time is left out.
 */
export async function namedByDigits(users: readonly string[]): Promise<UserNames> {
  const found = await Promise.all(
    users
      .filter((user) => DIGITS.test(user))
      .map(async (name) => [await uidOf(name), name] as const),
  );
  return new Map(
    found.flatMap(([uid, name]) =>
      uid === undefined || String(uid) === name ? [] : [[uid, name]],
    ),
  );
}

/** `id` looks for a name first, and takes what is none for a uid. */
async function uidOf(name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', ['-u', '--', name], { timeout: TIMEOUT_MS });
    return DIGITS.test(stdout.trim()) ? Number(stdout) : undefined;
  } catch {
    return undefined;
  }
}
