import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuCgroup } from '../truth/cgroup.js';

/** CPU time in ms a sample. */
export interface Cost {
  /** From the first reading to the last. */
  readonly meanMs: number;
  /** Of the windows between readings. */
  readonly medianMs: number;
  readonly mostMs: number;
}

const WINDOW_MS = 10_000;

/** Windows of another length are left out of what is said of windows. */
const MIN_WINDOW_MS = 0.9 * WINDOW_MS;

interface Reading {
  readonly atMs: number;
  readonly ticks: number;
  readonly cpuMs: number;
}

/** Reads what a tool has used, time and again. */
export class Meter {
  readonly #readings: Reading[] = [];

  /** @param ticks tells how many samples it took so far */
  constructor(
    private readonly cgroup: CpuCgroup,
    private readonly ticks: () => Promise<number>,
  ) {}

  async read(): Promise<void> {
    const [cpuMs, ticks] = await Promise.all([this.cgroup.cpuMs(), this.ticks()]);
    this.#readings.push({ atMs: performance.now(), ticks, cpuMs });
  }

  /** Seconds from the first reading to the last. */
  get seconds(): number {
    const [first, last] = [this.#readings.at(0), this.#readings.at(-1)];
    return first && last ? (last.atMs - first.atMs) / 1000 : 0;
  }

  get cost(): Cost {
    const [first, last] = [this.#readings.at(0), this.#readings.at(-1)];
    const windows = this.#readings
      .slice(1)
      .map((to, at) => [this.#readings[at], to] as const)
      .filter(([from, to]) => from && to.atMs - from.atMs >= MIN_WINDOW_MS)
      .map(([from, to]) => perTick(from, to))
      .sort((a, b) => a - b);
    return {
      meanMs: perTick(first, last),
      medianMs: windows[Math.floor(windows.length / 2)] ?? NaN,
      mostMs: windows.at(-1) ?? NaN,
    };
  }
}

/** Reads all meters now and at the end of each window. */
export async function watch(
  meters: readonly Meter[],
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const read = (): Promise<unknown> => Promise.all(meters.map((meter) => meter.read()));
  const [fromMs, lastMs] = [performance.now(), seconds * 1000];
  await read();
  for (let atMs = 0; atMs < lastMs;) {
    atMs = Math.min(atMs + WINDOW_MS, lastMs);
    await sleep(fromMs + atMs - performance.now(), undefined, { signal });
    await read();
  }
}

function perTick(from: Reading | undefined, to: Reading | undefined): number {
  return from && to ? (to.cpuMs - from.cpuMs) / (to.ticks - from.ticks) : NaN;
}
