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
import type { Crash, Downtime, Recording, RecordingCost } from './keep-recording.js';
import { observeLoad, type Observation } from './observe.js';
import { folderForRun, type Stage } from './stage.js';

/** The recorder sees an end within a tick and settles it within ten seconds. */
const SETTLE_LIMIT_MS = 15_000;

export interface RecordLoadOptions extends Stage {
  readonly seconds: number;
  readonly seed: number;
  readonly crash?: Crash | undefined;
  /** A folder with another ps than the machine's. */
  readonly psFolder?: string | undefined;
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
  const [recorded] = await recordLoadWithEach(load, [options.psFolder], options, cleanup);
  if (recorded === undefined) throw new Error('there was no recorder');
  return recorded;
}

/** Runs a load once with several recorders beside it, each with a ps of its own. */
export async function recordLoadWithEach(
  load: Load,
  psFolders: readonly (string | undefined)[],
  options: RecordLoadOptions,
  cleanup: Cleanup,
): Promise<RecordedLoad[]> {
  const { crash, signal } = options;
  const folder = await folderForRun(options, load.name);
  const fromMs = Date.now();
  const recordings = await Promise.all(
    psFolders.map((psFolder, at) => {
      const journal = join(folder, `${load.name}-${at}.db`);
      return startRecording(load, { ...options, psFolder, journal }, cleanup);
    }),
  );
  const [observation, ...downtimes] = await Promise.all([
    observeLoad(load, { ...options, folder }, cleanup),
    ...recordings.map(({ recording }) => (crash ? recording.crash(crash, signal) : undefined)),
  ]);
  return Promise.all(
    recordings.map(async ({ recording, journal }, at) => {
      const notOver = await waitUntilOver(journal, signal);
      const cost = await recording.stop();
      const reported = await readReport(journal, fromMs, Date.now());
      const read = readRecorded(journal, observation, reported);
      return { observation, reported, ...read, downtime: downtimes[at], cost, notOver };
    }),
  );
}

async function startRecording(
  load: Load,
  options: RecordLoadOptions & { readonly journal: string },
  cleanup: Cleanup,
): Promise<{ recording: Recording; journal: string }> {
  const { journal, psFolder, seconds, signal } = options;
  const cgroup = await createCpuCgroup(`psusage-bench-recorder-${load.name}`);
  cleanup.defer(() => cgroup.remove());
  const recording = await keepRecording(
    {
      programs: load.programs,
      journal,
      log: `${journal}.log`,
      cgroup,
      limitSeconds: seconds + 2 * LOAD_GRACE_SECONDS,
      psFolder,
    },
    cleanup,
    signal,
  );
  return { recording, journal };
}

function readRecorded(
  journal: string,
  observation: Observation,
  reported: Reported,
): Pick<RecordedLoad, 'users' | 'processes' | 'runs' | 'checks'> {
  const db = openForeign(journal);
  try {
    return {
      users: compareUsers(observation, reported),
      processes: compareProcesses(observation.processes, recordedProcesses(db)),
      runs: recorderRuns(db),
      checks: checkJournal(db),
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
