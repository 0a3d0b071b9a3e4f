import { hasCode } from './errors.js';

/** Whether a process has this pid, a zombie included. Sends it signal 0, which takes a microsecond. */
export function pidExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process.
    return hasCode(error, 'EPERM');
  }
}
