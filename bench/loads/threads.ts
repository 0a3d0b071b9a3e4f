import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LINGER_SECONDS, LOAD_GRACE_SECONDS, type Load } from './load.js';
import { startProcess, untilExit } from './start-process.js';

const THREADS = 4;

/** Its threads burn until the time is up; the first thread waits for them, and lives on. */
const SOURCE = `
const { Worker } = require('node:worker_threads');
const [threads, seconds, linger] = process.argv.slice(1).map(Number);
const burn = 'const end = Date.now() + ' + seconds * 1000 + '; while (Date.now() < end) Math.sqrt(end);';
for (let left = threads; left > 0; left--) new Worker(burn, { eval: true });
setTimeout(() => {}, (seconds + linger) * 1000);
`;

/** What the process is called: a name that nothing else on the machine has. */
const PROGRAM = 'psbench-threads';

/** One process of the third user whose four threads burn as much as the machine gives them. */
export const threadsLoad: Load = {
  name: 'threads',
  programs: [PROGRAM],
  run: async ({ folder, users: [, , user], cgroups, seconds, signal }) => {
    const path = join(folder, PROGRAM);
    await symlink(process.execPath, path);
    const numbers = [THREADS, seconds, LINGER_SECONDS].map(String);
    const started = await startProcess([path, '-e', SOURCE, ...numbers], {
      cgroups,
      user,
      cwd: '/',
      limitSeconds: seconds + LOAD_GRACE_SECONDS,
    });
    const exits = await untilExit([started], signal);
    return {
      topPids: [started.pid],
      notes: [`${THREADS} threads in one process for ${seconds} s, exit ${exits.join()}`],
    };
  },
};
