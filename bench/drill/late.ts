import { execFile } from 'node:child_process';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Fault } from './fault.js';
import { newFolder, underLoad } from './scene.js';

const run = promisify(execFile);

const BUSY_SECONDS = 12;
const HOGS_PER_CPU = 4;
const LEAST_PRIORITY = 19;

/** The recorder and ps get the last place behind many busy programs. */
export const late: Fault = {
  name: 'late',
  done: `the recorder has the lowest priority, behind ${HOGS_PER_CPU} busy programs a CPU, for ${BUSY_SECONDS} s`,
  run: async (drill) => {
    const folder = await newFolder(drill);
    return underLoad(drill, { folder, mostMissing: 0.02 }, async ({ recorder }) => {
      const pid = recorder().child.pid ?? 0;
      const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
      for (const each of [pid, ...stdout.trim().split('\n').map(Number)]) {
        setPriority(each, LEAST_PRIORITY);
      }
      for (let n = 0; n < HOGS_PER_CPU * availableParallelism(); n++) {
        const hog = spawn('timeout', [String(BUSY_SECONDS), 'sh', '-c', 'while :; do :; done']);
        drill.cleanup.defer(() => Promise.resolve(hog.kill('SIGTERM')));
      }
      await sleep(BUSY_SECONDS * 1_000, undefined, { signal: drill.signal });
    });
  },
};
