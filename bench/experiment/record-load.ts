import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOAD_GRACE_SECONDS, type Load } from '../loads/load.js';
import { checkJournal, type JournalCheck } from '../psusage/journal-checks.js';
import { countNotOver, openForeign, recordedProcesses, recorderRuns } from '../psusage/journal.js';
import type { RecorderRun } from '../psusage/journal.js';
import { readReport, type Reported } from '../psusage/report.js';
import { createCpuCgroup } from '../truth/cgroup.js';
import type { Cleanup } from './cleanup.js';
import { compareProcesses, compareUsers } from './compare.js';
import type { ProcessComparison, UserComparison } from './compare.js';
import { keepRecording } from './keep-recording.js';
import type { Crash, Downtime, RecordingCost } from './keep-recording.js';
import { observeLoad, type Observation } from './observe.js';
import { folderForRun, type Stage } from './stage.js';

/** The recorder sees an end within a tick and settles it within ten seconds. */
const SETTLE_LIMIT_MS = 15_000;

export interface RecordLoadOptions extends Stage {
  readonly seconds: number;
  readonly seed: number;
  readonly crash?: Crash | undefined;
  readonly signal: AbortSignal;
}

/** A load that was recorded, counted by the kernel and by psusage. */
export interface RecordedLoad {
  readonly observation: Observation;
  readonly reported: Reported;
  readonly users: readonly UserComparison[];
  readonly processes: readonly ProcessComparison[];
  readonly runs: readonly RecorderRun[];
  readonly checks: readonly JournalCheck[];
  readonly downtime: Downtime | undefined;
  readonly cost: RecordingCost;
  /** Processes and records that were not over fifteen seconds after the load; 0 is well. */
  readonly notOver: number;
}

/** Runs a load with a recorder beside it, from before its start to after its end. */
export async function recordLoad(
  load: Load,
  options: RecordLoadOptions,
  cleanup: Cleanup,
): Promise<RecordedLoad> {
  const { crash, seconds, signal } = options;
  const folder = await folderForRun(options, load.name);
  const journal = join(folder, `${load.name}.db`);
  const cgroup = await createCpuCgroup(`psusage-bench-recorder-${load.name}`);
  cleanup.defer(() => cgroup.remove());
  const fromMs = Date.now();
  const recording = await keepRecording(
    {
      programs: load.programs,
      journal,
      log: join(folder, `${load.name}.log`),
      cgroup,
      limitSeconds: seconds + 2 * LOAD_GRACE_SECONDS,
    },
    cleanup,
    signal,
  );
  const [observation, downtime] = await Promise.all([
    observeLoad(load, { ...options, folder }, cleanup),
    crash ? recording.crash(crash, signal) : undefined,
  ]);
  const notOver = await waitUntilOver(journal, signal);
  const cost = await recording.stop();
  const reported = await readReport(journal, fromMs, Date.now());
  const db = openForeign(journal);
  try {
    return {
      observation,
      reported,
      users: compareUsers(observation, reported),
      processes: compareProcesses(observation.processes, recordedProcesses(db)),
      runs: recorderRuns(db),
      checks: checkJournal(db),
      downtime,
      cost,
      notOver,
    };
  } finally {
    db.close();
  }
}

/** Waits until all processes and records of a journal are over, and tells how many are not in time. */
export async function waitUntilOver(journal: string, signal: AbortSignal): Promise<number> {
  const db = openForeign(journal);
  try {
    const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
    for (;;) {
      const notOver = countNotOver(db);
      if (notOver === 0 || performance.now() > deadlineMs) return notOver;
      await sleep(250, undefined, { signal });
    }
  } finally {
    db.close();
  }
}
