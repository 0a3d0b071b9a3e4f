const KERNEL_THREADS_PARENT = 2;
const DOTTED_VERSION = /-?\d+(\.\d+)+$/;
const TRAILING_NUMBER = /[-_]?\d+$/;

/**
 * The program that a process counts for when everything is recorded: its own name without a dotted
 * version (`php-fpm8.2` → `php-fpm`), and for kernel threads without what tells one from the next
 * (`kworker/0:1-events` → `kworker`, `kswapd0` → `kswapd`).
 */
export function foldName(comm: string, process: { pid: number; ppid: number }): string {
  if (isKernelThread(process)) {
    const [family = comm, ...rest] = comm.split('/');
    return (rest.length > 0 ? family : comm.replace(TRAILING_NUMBER, '')) || comm;
  }
  return comm.replace(DOTTED_VERSION, '') || comm;
}

function isKernelThread({ pid, ppid }: { pid: number; ppid: number }): boolean {
  return ppid === KERNEL_THREADS_PARENT || (pid === KERNEL_THREADS_PARENT && ppid === 0);
}
