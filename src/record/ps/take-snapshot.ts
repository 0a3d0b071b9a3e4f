import { bootNowMs } from '../clock.js';
import type { PsColumns } from './columns.js';
import { PsError } from './errors.js';
import { parsePsOutput } from './parse.js';
import type { PsRunner } from './run.js';
import type { Snapshot } from './sample.js';

/**
 * Asks ps for every process on the host.
 *
 * A list that lacks ps itself was cut or made up, and is refused.
 * @throws PsError
 */
export async function takeSnapshot(
  runner: PsRunner,
  columns: PsColumns,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const takenFromBootMs = bootNowMs();
  const { helperPid, stdout } = await runner.run([...columns.args, '-e'], signal);
  const taken = { takenFromBootMs, takenToBootMs: bootNowMs() };
  const samples = parsePsOutput(stdout, columns, taken);
  const ownRuns = [...samples.values()].filter((each) => each.ppid === helperPid);
  if (ownRuns.length === 0) throw new PsError('PS_RUBBISH', 'ps left itself out of its list');
  for (const { pid } of ownRuns) samples.delete(pid);
  return { ...taken, helperPid, samples };
}
