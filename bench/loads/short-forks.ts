import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LOAD_GRACE_SECONDS, type Load } from './load.js';
import { between, seededRandom } from './random.js';
import { startProcess, untilExit } from './start-process.js';

/** What a fork counts up to, for a few to some hundred milliseconds of CPU. */
const LOOPS = { low: 1_000, high: 120_000 };

/** What the parent is called: a name that nothing else on the machine has. */
const PROGRAM = 'psbench-forks';

/** How many forks there are for each second that was asked for. */
const FORKS_PER_SECOND = 4;

/** The shell has no random numbers: they come as arguments, one a fork. */
const SOURCE = `
for loops do
  sh -c 'i=0; while [ $i -lt $1 ]; do i=$((i+1)); done' sh "$loops"
done
sleep 3
`;

/** A shell of the first user whose children end before a sampler can have seen most of them. */
export const shortForksLoad: Load = {
  name: 'short-forks',
  programs: [PROGRAM],
  run: async ({ folder, users: [user], cgroups, seconds, seed, signal }) => {
    const random = seededRandom(seed);
    const forks = seconds * FORKS_PER_SECOND;
    const loops = Array.from({ length: forks }, () => between(random, LOOPS.low, LOOPS.high));
    const shell = join(folder, PROGRAM);
    await symlink('/bin/sh', shell);
    const started = await startProcess([shell, '-c', SOURCE, 'sh', ...loops.map(String)], {
      cgroups,
      user,
      cwd: '/',
      limitSeconds: seconds + LOAD_GRACE_SECONDS,
    });
    await untilExit([started], signal);
    return { topPids: [started.pid], notes: [`${forks} forks, one after the other`] };
  },
};
