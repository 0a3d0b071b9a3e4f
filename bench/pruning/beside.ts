import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startCli } from '../../test/cli.js';
import type { Cleanup } from '../experiment/cleanup.js';

const WRITE_TICKS = fileURLToPath(new URL('write-ticks.ts', import.meta.url));

/** Ticks are written alone for so long before a pruning, and after it. */
const ALONE_MS = 10_000;

/** Node.js compiles what a tick runs through in its first ones. */
const FIRST_TICKS = 10;

/** How long a tick's write took, in ms: those during which nobody pruned, and those during which somebody did. */
export interface TicksBeside {
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
  /** What the pruning said at its end. */
  readonly said: string;
}

/** One process writes ticks into a journal, while `psusage prune` takes what is older than `keep` out of it. */
export async function pruneBesideTicks(
  cleanup: Cleanup,
  journal: string,
  keep: string,
): Promise<TicksBeside> {
  const writer = spawn(process.execPath, ['--import', 'tsx', WRITE_TICKS, journal], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'close');
  cleanup.defer(async () => {
    writer.kill('SIGTERM');
    await ended;
  });
  const ticks: { beganMs: number; tookMs: number }[] = [];
  createInterface(writer.stdout).on('line', (line) => {
    const [beganMs = NaN, tookMs = NaN] = line.split(' ').map(Number);
    ticks.push({ beganMs, tookMs });
  });
  await sleep(ALONE_MS);
  const fromMs = Date.now();
  const prune = startCli([
    ...['prune', '--journal', journal, '--config', '/dev/null'],
    ...['--keep', keep, '--keep-sums', keep],
  ]);
  if ((await prune.ended) !== 0) throw new Error(prune.stderr());
  const toMs = Date.now();
  await sleep(ALONE_MS);
  writer.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the writing of ticks ended with ${String(code)}`);
  const isBeside = ({ beganMs, tookMs }: { beganMs: number; tookMs: number }): boolean =>
    beganMs < toMs && beganMs + tookMs > fromMs;
  const counted = ticks.slice(FIRST_TICKS);
  return {
    aloneMs: counted.filter((tick) => !isBeside(tick)).map(({ tookMs }) => tookMs),
    besideMs: counted.filter(isBeside).map(({ tookMs }) => tookMs),
    said: prune.stdout().trim(),
  };
}
