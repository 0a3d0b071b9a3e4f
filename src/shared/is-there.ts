/** Whether a process has this pid, a zombie included: by sending it nothing, which takes a microsecond. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
