import { setTimeout as sleep } from 'node:timers/promises';
import { pidExists } from '../shared/pid-exists.js';
import { bootNowMs, isUptimeOfContainer } from './clock.js';
import type { Log } from './log.js';
import { Ages, TELLS_AGE_AFTER_MS } from './ps/ages.js';
import { askPs } from './ps/ask.js';
import { detectColumns, detectVisibility } from './ps/detect.js';
import { readPidHint } from './ps/pid-hint.js';
import type { Interest } from './ps/question.js';
import { PsRunner } from './ps/run.js';
import type { Snapshot } from './ps/sample.js';
import { Sampler } from './ps/sampler.js';

/** A run of ps that takes longer is killed, and its sample is missed. */
const PS_TIMEOUT_MS = 10_000;

/** This machine's ps, as it turned out to be. */
export interface Ps {
  precision: 'cuu' | 'pcpu';
  visibility: 'all' | 'own';
  takeSnapshot: (interest: Interest, signal: AbortSignal) => Promise<Snapshot>;
}

/**
 * Finds out what this machine's ps can tell.
 *
 * @throws PsError when it is missing, or another ps than procps's
 */
export async function preparePs(stop: AbortSignal, log: Log): Promise<Ps | 'stopped'> {
  const runner = new PsRunner({ timeoutMs: PS_TIMEOUT_MS });
  try {
    const columns = await detectColumns(runner, process.pid, stop);
    const visibility = await detectVisibility(runner, columns, stop);
    const ages = await detectAges(stop);
    if (stop.aborted) return 'stopped';
    const sampler = new Sampler({
      bootNowMs,
      ask: (pids, signal) => askPs(runner, columns, pids, signal),
      pidHint: readPidHint,
      pidExists,
      recorderPid: process.pid,
      ages,
      helperPid: () => runner.helperPid,
      onHintUseless: () => {
        log.warn(
          'this system does not tell which pids it gives out; asking for every process each time',
        );
      },
      onLeftOut: (processes) => {
        log.warn({ processes }, 'ps leaves out processes that are there; asking for them again');
      },
    });
    return {
      precision: columns.precision,
      visibility,
      takeSnapshot: (interest, signal) => sampler.take(interest, signal),
    };
  } catch (error) {
    if (stop.aborted) return 'stopped';
    throw error;
  }
}

/** Where the uptime may not be what processes' starts are counted from, the first sample has to tell: it waits until it can. */
async function detectAges(stop: AbortSignal): Promise<Ages> {
  const ageMs = process.uptime() * 1_000;
  const recorder = { pid: process.pid, startedBootMs: bootNowMs() - ageMs };
  if (isUptimeOfContainer()) {
    await sleep(Math.max(TELLS_AGE_AFTER_MS - ageMs, 0), undefined, { signal: stop });
  }
  return new Ages(recorder);
}

/** Says what this ps leaves in the dark. */
export function sayOfPs(log: Log, ps: Pick<Ps, 'visibility' | 'precision'>): void {
  if (ps.visibility === 'own') {
    log.warn('the kernel hides other users’ processes from this user; run as root to see all');
  }
  if (ps.precision === 'pcpu') {
    log.warn(
      'this ps is of procps 3.3: a process’s own CPU time is known to 0.1 % of its age, and to a second after ' +
        'a quarter of an hour or once its children have ended; sums are right to a second a parent (procps 4 is more exact)',
    );
  }
}
