import { COLUMN_SETS, type PsColumns } from './columns.js';
import { PsError } from './errors.js';
import { parsePsOutput } from './parse.js';
import type { PsRunner } from './run.js';

/**
 * Finds the most exact columns that this machine's ps has, by asking for this process.
 *
 * @throws PsError PS_MISSING, or PS_UNFIT when it is another ps than procps's
 */
export async function detectColumns(runner: PsRunner, ownPid: number): Promise<PsColumns> {
  let last: unknown;
  for (const columns of COLUMN_SETS) {
    try {
      const { stdout } = await runner.run([...columns.args, '-p', String(ownPid)]);
      if (parsePsOutput(stdout, columns).has(ownPid)) return columns;
    } catch (error) {
      if (error instanceof PsError && error.code === 'PS_MISSING') throw error;
      last = error;
    }
  }
  throw new PsError('PS_UNFIT', 'this ps lacks the columns that psusage needs (busybox?)', {
    hint: 'install procps (Debian: procps, RHEL: procps-ng)',
    cause: last,
  });
}

/** Whether other users' processes can be seen: the first process of the system is never one's own. */
export async function detectVisibility(
  runner: PsRunner,
  columns: PsColumns,
): Promise<'all' | 'own'> {
  try {
    await runner.run([...columns.args, '-p', '1']);
    return 'all';
  } catch (error) {
    if (error instanceof PsError && error.code === 'PS_FAILED') return 'own';
    throw error;
  }
}
