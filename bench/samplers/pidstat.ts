import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SampledProcess, Sampler } from './sampler.js';

/** Each process's user, and moments in seconds since 1970. */
const COMMAND = ['-u', '-U', '-H', '1'];

interface Columns {
  readonly user: number;
  readonly pid: number;
  readonly percent: number;
}

/** Samples with sysstat's pidstat each second: the sum of its percentages, each times its interval. */
export function startPidstat(): Sampler {
  const pidstat = spawn('pidstat', COMMAND, {
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
  let columns: Columns | undefined;
  let fromSeconds = NaN;
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const seconds = Number(fields[0]);
    if (fields[1] === 'USER') {
      columns = columnsOf(fields);
      fromSeconds = seconds;
    } else if (columns && fields.length > columns.percent && !Number.isNaN(seconds)) {
      const [pid, userName] = [Number(fields[columns.pid]), fields[columns.user] ?? ''];
      const cpuMs = Number(fields[columns.percent]) * 10 * (seconds - fromSeconds);
      const key = `${pid} ${userName}`;
      sums.set(key, { pid, userName, cpuMs: cpuMs + (sums.get(key)?.cpuMs ?? 0) });
    }
  }
  return [...sums.values()];
}

/** @throws when pidstat has other columns */
function columnsOf(heading: readonly string[]): Columns {
  const columns = {
    user: heading.indexOf('USER'),
    pid: heading.indexOf('PID'),
    percent: heading.indexOf('%CPU'),
  };
  if (Object.values(columns).includes(-1)) {
    throw new Error(`pidstat has other columns: ${heading.join(' ')}`);
  }
  return columns;
}
