import { setTimeout as sleep } from 'node:timers/promises';
import { toMessage } from '../../shared/errors.js';
import { pidExists } from '../../shared/pid-exists.js';
import { bootNowMs, isUptimeOfContainer } from '../clock.js';
import type { Log } from '../log.js';
import { Ages, TELLS_AGE_AFTER_MS } from './ages.js';
import { PsError } from './errors.js';
import { COLUMN_SETS, parsePsOutput, type PsColumns } from './parse.js';
import { createPidHintReader } from './pid-hint.js';
import type { Interest } from './query.js';
import { PsRunner, queryPs } from './run.js';
import type { Snapshot, Taken } from './sample.js';
import { Sampler } from './sampler.js';

/** A run of ps that takes longer is killed, and its sample is missed. */
const PS_TIMEOUT_MS = 10_000;

const NEVER: Taken = { takenFromBootMs: 0, takenToBootMs: 0 };

/** A ps that is missing or too slow may support any columns. */
const TELLS_OF_COLUMNS: ReadonlySet<string> = new Set(['PS_FAILED', 'PS_RUBBISH']);

/** What this machine's ps can do. */
export interface Ps {
  precision: 'cuu' | 'pcpu';
  visibility: 'all' | 'own';
  takeSnapshot: (interest: Interest, signal: AbortSignal) => Promise<Snapshot>;
}

/**
 * Finds out what this machine's ps can do.
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
      queryPs: (pids, signal) => queryPs(runner, columns, pids, signal),
      pidHint: createPidHintReader(),
      pidExists,
      recorderPid: process.pid,
      ages,
      helperPid: () => runner.helperPid,
      onHintUseless: () => {
        log.warn('this system does not show its last pid; every sample lists all processes');
      },
      onMissing: (processes) => {
        log.warn({ processes }, 'ps omits processes that are running; asking for them again');
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

/**
 * Finds the most exact columns that this machine's ps supports, by querying this process.
 *
 * @throws PsError PS_MISSING, PS_TIMEOUT (also when `signal` aborts), or PS_UNFIT when it is another ps
 * than procps's
 */
export async function detectColumns(
  runner: PsRunner,
  ownPid: number,
  signal?: AbortSignal,
): Promise<PsColumns> {
  let last: unknown;
  for (const columns of COLUMN_SETS) {
    try {
      const { stdout } = await runner.run([...columns.args, '-p', String(ownPid)], signal);
      if (parsePsOutput(stdout, columns, NEVER).has(ownPid)) return columns;
    } catch (error) {
      if (!(error instanceof PsError) || !TELLS_OF_COLUMNS.has(error.code)) throw error;
      last = error;
    }
  }
  const why = last === undefined ? '' : `: ${toMessage(last)}`;
  throw new PsError('PS_UNFIT', `this ps lacks the columns that psusage needs${why}`, {
    hint: 'install procps (Debian: procps, RHEL: procps-ng)',
    cause: last,
  });
}

/** Whether other users' processes can be seen: the first process of the system is never one's own. */
export async function detectVisibility(
  runner: PsRunner,
  columns: PsColumns,
  signal?: AbortSignal,
): Promise<'all' | 'own'> {
  const { stdout } = await runner.run([...columns.args, '-p', '1'], signal);
  return stdout === '' ? 'own' : 'all';
}

/** Where the uptime may be a container's own, the first sample has to show it: this waits until it can. */
async function detectAges(stop: AbortSignal): Promise<Ages> {
  const ageMs = process.uptime() * 1_000;
  const recorder = { pid: process.pid, startedBootMs: bootNowMs() - ageMs };
  if (isUptimeOfContainer()) {
    await sleep(Math.max(TELLS_AGE_AFTER_MS - ageMs, 0), undefined, { signal: stop });
  }
  return new Ages(recorder);
}
