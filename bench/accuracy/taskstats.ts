import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LISTENER = fileURLToPath(new URL('taskstats-listener.py', import.meta.url));

/** Without it the kernel keeps no nanoseconds; it holds for tasks that are forked afterwards. */
const DELAY_ACCOUNTING = '/proc/sys/kernel/task_delayacct';

/** What the kernel wrote about a process when it ended. */
export interface EndedProcess {
  readonly pid: number;
  /** The parent at the end; 1, or a subreaper's pid, when the first parent had gone before. */
  readonly ppid: number;
  /** The real uid at the end. */
  readonly uid: number;
  readonly command: string;
  /** User + system, of all its threads, without children. */
  readonly cpuMs: number;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs: number;
}

interface EndedThread extends EndedProcess {
  readonly tgid: number;
}

/** The kernel's taskstats, listened to while a load runs. */
export interface Taskstats {
  /** @throws when the kernel had to drop messages, or the listener failed */
  stop(): Promise<EndedProcess[]>;
}

/**
 * Listens to what the kernel says of each thread that ends (python3, as root; Linux 5.19 or later):
 * the scheduler's count in nanoseconds as it stood at the last tick or switch. What the process
 * used after that, its own tidying up included, is missing: 0 to about 5 ms, the cgroup has it.
 */
export async function startTaskstats(): Promise<Taskstats> {
  const restore = await turnOnDelayAccounting();
  const listener = spawn('python3', [LISTENER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(listener, 'close');
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: listener.stdout }).on('line', (line) => {
      if (line === 'ready') resolve();
      else lines.push(line);
    });
    closed.then(() => {
      reject(new Error('the listener to taskstats ended'));
    }, reject);
  });
  await ready;
  return {
    stop: async () => {
      listener.stdin.end();
      await closed;
      await restore();
      if (listener.exitCode !== 0) throw new Error('the listener to taskstats failed');
      if (lines.includes('lost')) throw new Error('the kernel had to drop taskstats');
      return joinThreads(lines.map(parseLine));
    },
  };
}

/** Reads `endedMs tgid pid ppid uid cpuNs elapsedUs command`. */
function parseLine(line: string): EndedThread {
  const fields = line.split(' ');
  const [endedMs, tgid, pid, ppid, uid, cpuNs, elapsedUs] = fields.slice(0, 7).map(Number);
  if (elapsedUs === undefined || Number.isNaN(elapsedUs)) throw new Error(`not taskstats: ${line}`);
  return {
    ...{ tgid: tgid ?? 0, pid: pid ?? 0, ppid: ppid ?? 0, uid: uid ?? 0 },
    command: fields.slice(7).join(' '),
    cpuMs: (cpuNs ?? NaN) / 1e6,
    startedMs: (endedMs ?? NaN) - elapsedUs / 1e3,
    endedMs: endedMs ?? NaN,
  };
}

/**
 * Adds up the threads of each process, in the order in which they ended; its first thread, whose id
 * is the process's, names it. A pid that came back is a process of its own: it has a first thread
 * again, or a thread whose process started after the end of the earlier one.
 */
function joinThreads(threads: readonly EndedThread[]): EndedProcess[] {
  const processes: EndedThread[] = [];
  const latest = new Map<number, number>();
  for (const thread of threads) {
    const at = latest.get(thread.tgid);
    const sum = at === undefined ? undefined : processes[at];
    if (at === undefined || sum === undefined || isOfNextProcess(thread, sum)) {
      latest.set(thread.tgid, processes.push(thread) - 1);
    } else {
      const named = isFirstThread(thread) ? thread : sum;
      processes[at] = { ...named, cpuMs: sum.cpuMs + thread.cpuMs, endedMs: thread.endedMs };
    }
  }
  return processes.map((process) => ({ ...process, pid: process.tgid }));
}

function isFirstThread({ pid, tgid }: EndedThread): boolean {
  return pid === tgid;
}

function isOfNextProcess(thread: EndedThread, sum: EndedThread): boolean {
  if (!isFirstThread(sum)) return false;
  return isFirstThread(thread) || thread.startedMs > (sum.startedMs + sum.endedMs) / 2;
}

async function turnOnDelayAccounting(): Promise<() => Promise<void>> {
  const before = await readFile(DELAY_ACCOUNTING, 'utf8').catch(() => undefined);
  if (before === undefined) return () => Promise.resolve();
  await writeFile(DELAY_ACCOUNTING, '1');
  return () => writeFile(DELAY_ACCOUNTING, before);
}
