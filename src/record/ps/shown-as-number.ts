import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nameAsPsShows } from '../../shared/ps-user-name.js';

/** A directory that does not answer is not waited for longer. */
const TIMEOUT_MS = 5_000;

/** Whether the system knows a name of this uid for which ps shows the number; false where it does not tell in time. */
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
