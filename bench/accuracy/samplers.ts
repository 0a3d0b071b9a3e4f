import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const INTERVAL_MS = 1_000;

/** `times` is cut to whole seconds; half of one is what it lacks in the mean. */
const CUT_OFF_SECONDS = 0.5;

/** Each process's user, and moments in seconds since 1970. */
const PIDSTAT_ARGS = ['-u', '-U', '-H', '1'];

/** What a sampler makes of a process under one user; a process that changes users may have several. */
export interface SampledProcess {
  readonly pid: number;
  readonly userName: string;
  readonly cpuMs: number;
}

/** A way to sample CPU time that runs beside a load, outside its cgroup. */
export interface Sampler {
  /** Stops it and tells what it has seen, of whatever processes. */
  stop(): Promise<SampledProcess[]>;
}

/**
 * Samples as psusage's predecessor does: each second `ps` for what `pgrep` finds by a part of its
 * name, and `times` and half a second of the last sample of each process.
 */
export function startOlderTool(program: string): Sampler {
  const stop = new AbortController();
  const last = new Map<number, SampledProcess>();
  const sampling = sampleUntil(stop.signal, program, last);
  return {
    stop: async () => {
      stop.abort();
      await sampling;
      return [...last.values()];
    },
  };
}

async function sampleUntil(
  signal: AbortSignal,
  program: string,
  last: Map<number, SampledProcess>,
): Promise<void> {
  const fromMs = performance.now();
  while (!signal.aborted) {
    for (const sample of await sampleOnce(program)) last.set(sample.pid, sample);
    const nextMs = INTERVAL_MS - ((performance.now() - fromMs) % INTERVAL_MS);
    await sleep(nextMs, undefined, { signal }).catch(() => undefined);
  }
}

async function sampleOnce(program: string): Promise<SampledProcess[]> {
  const pipeline = `ps -o pid=,times=,user:32= -p "$(pgrep -d, "$1")"`;
  // Where pgrep finds nothing, ps fails.
  const { stdout } = await run('bash', ['-c', pipeline, 'bash', program], {
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  const lines = stdout.split('\n').filter(Boolean);
  return lines.map((line) => {
    const [pid = '', times = '', userName = ''] = line.trim().split(/\s+/);
    return { pid: Number(pid), userName, cpuMs: (Number(times) + CUT_OFF_SECONDS) * 1000 };
  });
}

/** Samples with sysstat's pidstat each second: the sum of its percentages, each times its interval. */
export function startPidstat(): Sampler {
  const pidstat = spawn('pidstat', PIDSTAT_ARGS, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LC_ALL: 'C', S_COLORS: 'never' },
  });
  const closed = once(pidstat, 'close');
  let text = '';
  pidstat.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return {
    stop: async () => {
      pidstat.kill('SIGINT');
      await closed;
      return sumRows(text);
    },
  };
}

/**
 * Reads what pidstat prints: for each interval a heading
 * `<moment> USER PID %usr %system %guest %wait %CPU CPU Command`, with the moment of the interval's
 * start, and a row for each process that ran, with the moment of its end.
 */
function sumRows(text: string): SampledProcess[] {
  const sums = new Map<string, SampledProcess>();
  let heading: string[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] === 'USER') heading = fields;
    const field = (name: string): string | undefined => fields[heading.indexOf(name)];
    const [pid, percent] = [Number(field('PID')), Number(field('%CPU'))];
    if (Number.isNaN(pid) || Number.isNaN(percent)) continue;
    const userName = field('USER') ?? '';
    const intervalSeconds = Number(fields[0]) - Number(heading[0]);
    const key = `${pid} ${userName}`;
    const cpuMs = percent * 10 * intervalSeconds + (sums.get(key)?.cpuMs ?? 0);
    if (!Number.isNaN(cpuMs)) sums.set(key, { pid, userName, cpuMs });
  }
  return [...sums.values()];
}
