import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { between } from '../../test/random.js';
import { type Drill, type Fault, makeFolder, needsRoot } from './fault.js';
import { type Scene, type SceneOptions, underLoad } from './scene.js';

const run = promisify(execFile);

const STOPS = 5;
const STOPPED_MS = { low: 1_000, high: 5_000 };

const BUSY_SECONDS = 12;
const HOGS_PER_CPU = 4;
const LEAST_PRIORITY = 19;

const FEW_DESCRIPTORS_MS = 5_000;
const USUAL_DESCRIPTORS = 1_024;

const MEMORY = '/sys/fs/cgroup/memory';

/** Less than any Node.js needs. */
const TOO_LITTLE_BYTES = 12 * 1024 * 1024;

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const HOUR_SECONDS = 3_600;
const YEAR_SECONDS = 365 * 86_400;

/** From the true time. */
const OFFSETS_SECONDS = [
  ...[HOUR_SECONDS, -3 * HOUR_SECONDS, YEAR_SECONDS],
  ...[-2 * YEAR_SECONDS, 2 * HOUR_SECONDS, 0],
];

/** Nothing that the kernel shows tells it from a machine that is suspended, but the clock that does not stand. */
export const stopped: Fault = {
  name: 'stopped',
  done: 'SIGSTOP and SIGCONT of the recorder, for seconds: what a suspend is to it, but for the clock',
  run: (drill) =>
    disturb(drill, { gap: 'late' }, async ({ recorder }) => {
      for (let n = 0; n < STOPS; n++) {
        recorder().child.kill('SIGSTOP');
        await sleep(between(drill.random, STOPPED_MS.low, STOPPED_MS.high));
        recorder().child.kill('SIGCONT');
        await sleep(between(drill.random, 200, 1_000), undefined, { signal: drill.signal });
      }
    }),
};

/** The recorder and ps get the last place behind many busy programs. */
export const late: Fault = {
  name: 'late',
  done: `the recorder has the lowest priority, behind ${HOGS_PER_CPU} busy programs a CPU, for ${BUSY_SECONDS} s`,
  run: (drill) =>
    disturb(drill, {}, async (scene) => {
      const pid = pidOf(scene);
      for (const each of [pid, ...(await findChildren(pid))]) setPriority(each, LEAST_PRIORITY);
      for (let n = 0; n < HOGS_PER_CPU * availableParallelism(); n++) {
        const hog = spawn('timeout', [String(BUSY_SECONDS), 'sh', '-c', 'while :; do :; done']);
        drill.cleanup.defer(() => Promise.resolve(hog.kill('SIGTERM')));
      }
      await sleep(BUSY_SECONDS * 1_000, undefined, { signal: drill.signal });
    }),
};

/** The recorder may open no further file, while its helper dies: the next one needs pipes. */
export const noDescriptors: Fault = {
  name: 'descriptors',
  done: 'no file descriptor is left to the recorder, and the shell that runs ps is killed',
  run: (drill) =>
    disturb(drill, { gap: 'ps' }, async (scene) => {
      const pid = pidOf(scene);
      const limit = async (count: number): Promise<void> => {
        await run('prlimit', ['--pid', String(pid), `--nofile=${count}:`]);
      };
      await limit((await readdir(`/proc/${pid}/fd`)).length);
      for (const child of await findChildren(pid)) process.kill(child, 'SIGKILL');
      await sleep(FEW_DESCRIPTORS_MS, undefined, { signal: drill.signal });
      await limit(USUAL_DESCRIPTORS);
    }),
};

/** The kernel ends the recorder since its cgroup has no memory left. */
export const outOfMemory: Fault = {
  name: 'out-of-memory',
  done: 'the kernel kills it for want of memory, and it is started again',
  missing: () => {
    const hasCgroup = existsSync(join(MEMORY, 'memory.limit_in_bytes'));
    return needsRoot() ?? (hasCgroup ? undefined : 'needs the memory cgroup (v1)');
  },
  run: (drill) =>
    disturb(drill, {}, async ({ recorder, restart }) => {
      const cgroup = join(MEMORY, `psusage-drill-${process.pid}`);
      await mkdir(cgroup);
      drill.cleanup.defer(() => rmdir(cgroup));
      const { child, ended } = recorder();
      await writeFile(join(cgroup, 'memory.limit_in_bytes'), String(TOO_LITTLE_BYTES));
      // What it has already is counted in its new cgroup only when it moves with it.
      const moves = join(cgroup, 'memory.move_charge_at_immigrate');
      await writeFile(moves, '3').catch(() => undefined);
      await writeFile(join(cgroup, 'cgroup.procs'), String(child.pid ?? 0));
      drill.progress(`it ended with ${String(await ended)}`);
      await restart();
    }),
};

/** The recorder alone sees a wall clock that is set; boot time goes on, as it does for a real one. */
export const setClock: Fault = {
  name: 'clock',
  done: 'the wall clock is set back and forth by hours and years',
  missing: () => (existsSync(FAKETIME) ? undefined : 'needs faketime'),
  run: async (drill) => {
    const offset = join(await makeFolder(drill), 'offset');
    await writeFile(offset, '+0');
    const env = {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    return disturb(drill, { env }, async () => {
      for (const seconds of OFFSETS_SECONDS) {
        await writeFile(offset, `${seconds < 0 ? '' : '+'}${seconds}`);
        await sleep(between(drill.random, 1_500, 4_000), undefined, { signal: drill.signal });
      }
    });
  },
};

/** Under a load of which no more than 2 % may be missing afterwards. */
async function disturb(
  drill: Drill,
  options: SceneOptions,
  inject: (scene: Scene) => Promise<void>,
): ReturnType<Fault['run']> {
  const folder = await makeFolder(drill);
  return underLoad(drill, { ...options, folder, mostMissing: 0.02 }, inject);
}

function pidOf({ recorder }: Scene): number {
  return recorder().child.pid ?? 0;
}

async function findChildren(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  return stdout.trim().split('\n').map(Number);
}
