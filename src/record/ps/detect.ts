import { messageOf } from '../../shared/errors.js';
import { COLUMN_SETS, type PsColumns } from './columns.js';
import { PsError } from './errors.js';
import { parsePsOutput } from './parse.js';
import type { PsRunner } from './run.js';
import type { Taken } from './sample.js';

const NEVER: Taken = { takenFromBootMs: 0, takenToBootMs: 0 };

/** A ps that is missing or too slow may have any columns. */
const SAYS_SOMETHING_OF_COLUMNS: ReadonlySet<string> = new Set(['PS_FAILED', 'PS_RUBBISH']);

/**
 * Finds the most exact columns that this machine's ps has, by asking for this process.
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
      if (!(error instanceof PsError) || !SAYS_SOMETHING_OF_COLUMNS.has(error.code)) throw error;
      last = error;
    }
  }
  const why = last === undefined ? '' : `: ${messageOf(last)}`;
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
