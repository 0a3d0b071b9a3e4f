import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cleanup } from '../experiment/cleanup.js';
import { keepRecording } from '../experiment/keep-recording.js';
import { waitUntilOver } from '../experiment/record-load.js';
import { folderForRun } from '../experiment/stage.js';
import { LINGER_SECONDS, LOAD_GRACE_SECONDS } from '../loads/load.js';
import { startProcess, untilExit } from '../loads/start-process.js';
import { recordedGaps, type RecordedGap } from '../psusage/journal.js';
import { readReport } from '../psusage/report.js';
import { type Cost, Meter, watch } from './meter.js';
import { makeCgroup, type MeasureOptions, secondsGoneBy } from './measure.js';

const run = promisify(execFile);

const SOURCE = fileURLToPath(new URL('storm.c', import.meta.url));

/** What the parent and its forks are called: a name that nothing else on the machine has. */
const PROGRAM = 'psbench-storm';

const FORKS_PER_SECOND = 2_000;
const SECONDS = { full: 30, quick: 10 };

/** A parent that forked much, and what a recorder made of it. */
export interface Storm {
  readonly forks: number;
  /** From the first fork to the last; longer than planned where the machine can't do as many. */
  readonly seconds: number;
  readonly psusage: Cost;
  readonly gaps: readonly RecordedGap[];
  /** CPU time of the parent and all forks: the cgroup's. */
  readonly kernelMs: number;
  readonly reportedMs: number;
  readonly unseenMs: number;
}

/** Records a parent that forks 2,000 children a second, each of which ends at once, and waits for each. */
export async function measureStorm(options: MeasureOptions, cleanup: Cleanup): Promise<Storm> {
  const { signal, users, quick } = options;
  const folder = await folderForRun(options, 'storm');
  const program = join(folder, PROGRAM);
  await run('cc', ['-O2', '-o', program, SOURCE]);
  const [seconds, fromMs] = [SECONDS[quick ? 'quick' : 'full'], Date.now()];
  const [load, cgroup] = [await makeCgroup('storm', cleanup), await makeCgroup('psusage', cleanup)];
  const journal = join(folder, 'storm.db');
  const limitSeconds = seconds + 2 * LOAD_GRACE_SECONDS;
  const place = { programs: [PROGRAM], journal, log: join(folder, 'storm.log'), cgroup };
  const recording = await keepRecording({ ...place, limitSeconds }, cleanup, signal);
  const stormFromMs = performance.now();
  const numbers = [FORKS_PER_SECOND, seconds, LINGER_SECONDS].map(String);
  const started = await startProcess([program, ...numbers], {
    cgroups: [load],
    user: users[2],
    cwd: '/',
    limitSeconds: seconds + LOAD_GRACE_SECONDS,
  });
  const psusage = new Meter(cgroup, secondsGoneBy);
  await watch([psusage], seconds, signal);
  const [exit] = await untilExit([started], signal);
  if (exit !== 0) throw new Error(`the storm ended with ${exit ?? 'nothing'}`);
  const stormSeconds = (performance.now() - stormFromMs) / 1000 - LINGER_SECONDS;
  await waitUntilOver(journal, signal);
  await recording.stop();
  const report = await readReport(journal, fromMs, Date.now());
  return {
    forks: FORKS_PER_SECOND * seconds,
    seconds: stormSeconds,
    psusage: psusage.cost,
    gaps: recordedGaps(journal),
    kernelMs: await load.cpuMs(),
    reportedMs: report.totalCpuMs,
    unseenMs: report.users.reduce((sum, { unseenCpuMs }) => sum + unseenCpuMs, 0),
  };
}
