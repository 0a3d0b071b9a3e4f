import { readFile } from 'node:fs/promises';

/** How many processes and threads the kernel has started since the boot: each took a pid. */
export async function readForks(): Promise<number> {
  const forks = /^processes (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'));
  if (!forks) throw new Error('/proc/stat has no processes');
  return Number(forks[1]);
}
