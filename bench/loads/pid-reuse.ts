import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { freePid, runAsPid, type ForcedRun } from './forced-pid.js';
import type { Load } from './load.js';

/** What all of them are called. */
const PROGRAM = 'psbench-reuse';

const LIMIT_CPU_SECONDS = 20;

/** How long each lives on after it has burned, so that a sampler sees its sum. */
const LINGER_SECONDS = 1.2;

const SOURCE = `i=0; while [ $i -lt $1 ]; do i=$((i+1)); done; sleep ${LINGER_SECONDS}; :`;

/** The second burns more than the first: that a sum never falls tells nobody that it is another. */
const GENERATIONS = [
  { user: 0, loops: 500_000 },
  { user: 0, loops: 1_500_000 },
  { user: 1, loops: 300_000 },
] as const;

/** Three processes of one name, two users and one pid, each a moment after the one before. */
export const pidReuseLoad: Load = {
  name: 'pid-reuse',
  programs: [PROGRAM],
  run: async ({ folder, users, cgroups, signal }) => {
    const shell = join(folder, PROGRAM);
    await symlink('/bin/sh', shell);
    const pid = await freePid();
    const notes = [`three processes with the pid ${pid}`];
    let before: ForcedRun | undefined;
    for (const { user, loops } of GENERATIONS) {
      signal.throwIfAborted();
      const run = await runAsPid(pid, [shell, '-c', SOURCE, 'sh', String(loops)], {
        cgroups,
        user: users[user],
        limitCpuSeconds: LIMIT_CPU_SECONDS,
      });
      const apart = before ? `${(run.startedMs - before.endedMs).toFixed(1)} ms later, ` : '';
      notes.push(`${apart}at attempt ${run.attempts}, exit ${run.exit}`);
      before = run;
    }
    return { topPids: [], notes };
  },
};
