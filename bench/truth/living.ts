import { readdir, readFile } from 'node:fs/promises';

/**
 * CPU time of a living process, in milliseconds: what its living threads have run, to the
 * nanosecond, as it stood at the last tick or switch of each. Threads that ended are not in it.
 */
export async function readLivingCpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const ran = await Promise.all(
    threads.map(async (tid) => {
      const [onCpuNs] = (await readFile(`/proc/${pid}/task/${tid}/schedstat`, 'utf8')).split(' ');
      return Number(onCpuNs) / 1e6;
    }),
  );
  return ran.reduce((sum, ms) => sum + ms, 0);
}
