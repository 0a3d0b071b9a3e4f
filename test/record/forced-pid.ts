import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';

/** The kernel gives the next process the number after this one, when it is free. */
const LAST_PID = '/proc/sys/kernel/ns_last_pid';

/** Somebody else may fork between the write and the spawn. */
const MOST_ATTEMPTS = 50;

/** Waits for a line, so that what got the wrong pid ends before it did anything. */
const WAIT_FOR_GO = 'ulimit -t "$1" && shift && read -r go && exec "$@"';

/**
 * Runs a command as the process `pid`, which has to be free, until it ends; as root, on a kernel
 * with CONFIG_CHECKPOINT_RESTORE.
 *
 * @param limitCpuSeconds it is killed when it has used that much CPU time; it has to end by itself otherwise
 * @throws when the pid is not free, or others were faster fifty times
 */
export async function runAsPid(
  pid: number,
  command: readonly string[],
  limitCpuSeconds: number,
): Promise<void> {
  const limit = String(limitCpuSeconds);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    writeFileSync(LAST_PID, String(pid - 1));
    const child = spawn('sh', ['-c', WAIT_FOR_GO, 'sh', limit, ...command], {
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
    });
    const exited = once(child, 'exit');
    if (child.pid === pid) {
      child.stdin.end('go\n');
      await exited;
      return;
    }
    child.kill('SIGKILL');
    await exited;
  }
  throw new Error(`no process got the pid ${pid} in ${MOST_ATTEMPTS} attempts`);
}

/** A pid that is free now: that of a process that has just ended. */
export async function freePid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('true could not be started');
  return child.pid;
}
