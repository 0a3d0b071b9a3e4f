import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SampledProcess, Sampler } from './sampler.js';

const run = promisify(execFile);

const INTERVAL_MS = 1_000;

/** `times` is cut to whole seconds; half of one is what it lacks in the mean. */
const CUT_OFF_SECONDS = 0.5;

/**
 * Samples as psusage's predecessor does: each second `ps` for what `pgrep` finds by a part of its
 * name, and `times` and half a second of the last sample of each process.
 */
export function startOlderTool(program: string): Sampler {
  const stop = new AbortController();
  const lastSamples = new Map<number, SampledProcess>();
  const sampling = sampleUntil(stop.signal, program, lastSamples);
  return {
    stop: async () => {
      stop.abort();
      await sampling;
      return [...lastSamples.values()];
    },
  };
}

async function sampleUntil(
  signal: AbortSignal,
  program: string,
  lastSamples: Map<number, SampledProcess>,
): Promise<void> {
  const fromMs = performance.now();
  while (!signal.aborted) {
    for (const sample of await samplesOf(program)) lastSamples.set(sample.pid, sample);
    const nextMs = INTERVAL_MS - ((performance.now() - fromMs) % INTERVAL_MS);
    await sleep(nextMs, undefined, { signal }).catch(() => undefined);
  }
}

async function samplesOf(program: string): Promise<SampledProcess[]> {
  const pipeline = `ps -o pid=,times=,user:32= -p "$(pgrep -d, "$1")"`;
  // Where pgrep finds nothing, ps fails.
  const { stdout } = await run('bash', ['-c', pipeline, 'bash', program], {
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(parseSample);
}

/** Reads `pid times user`. */
function parseSample(line: string): SampledProcess {
  const [pid = '', times = '', userName = ''] = line.trim().split(/\s+/);
  return { pid: Number(pid), userName, cpuMs: (Number(times) + CUT_OFF_SECONDS) * 1000 };
}
