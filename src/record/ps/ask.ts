import { bootNowMs } from '../clock.js';
import type { PsColumns } from './columns.js';
import { PsError } from './errors.js';
import { parsePsOutput } from './parse.js';
import type { PsRunner } from './run.js';
import type { Sample, Taken } from './sample.js';

/** What one run of ps showed. */
export interface PsAnswer {
  taken: Taken;
  /** The recorder's helper that ran ps; undefined where there is none. */
  helperPid: number | undefined;
  /** The ps itself; undefined where it was not asked for. */
  psPid: number | undefined;
  /** By pid, in the order of ps; the ps itself is left out. */
  samples: ReadonlyMap<number, Sample>;
}

/**
 * Runs ps for every process on the host, or for these pids alone, of which it shows those that are
 * there. A list of everything that lacks ps itself was cut or made up, and is refused.
 *
 * @throws PsError
 */
export async function askPs(
  runner: PsRunner,
  columns: PsColumns,
  pids: readonly number[] | 'everything',
  signal?: AbortSignal,
): Promise<PsAnswer> {
  const which = pids === 'everything' ? ['-e'] : ['-q', pids.join(',')];
  const takenFromBootMs = bootNowMs();
  const { helperPid, status, stdout } = await runner.run([...columns.args, ...which], signal);
  const taken = { takenFromBootMs, takenToBootMs: bootNowMs() };
  const isNobodyThere = pids !== 'everything' && status === 1 && stdout === '';
  if (isNobodyThere) return { taken, helperPid, psPid: undefined, samples: new Map() };
  const samples = parsePsOutput(stdout, columns, taken);
  const ownRuns = [...samples.values()].filter((each) => each.ppid === helperPid);
  const psPid = ownRuns[0]?.pid;
  if (psPid === undefined && pids === 'everything') {
    throw new PsError('PS_RUBBISH', 'ps left itself out of its list');
  }
  for (const { pid } of ownRuns) samples.delete(pid);
  return { taken, helperPid, psPid, samples };
}
