import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { LOAD_GRACE_SECONDS, type Load, type LoadOutcome, type LoadPlace } from '../loads/load.js';
import { createCgroup } from '../shared/cgroup.js';
import type { Cleanup } from '../shared/cleanup.js';
import { readJournal } from '../shared/journal.js';
import { findFaults } from '../shared/journal-faults.js';
import { type Crash, startRecording } from '../shared/recorder.js';
import { readReport, type Reported } from '../shared/report.js';
import { makeRunFolder, type Stage } from '../shared/stage.js';
import { type EndedProcess, startTaskstats } from './taskstats.js';

const INIT_PID = 1;

/** What the kernel counted of a load. */
export interface KernelCount {
  /** Of everything in the load's cgroup. */
  readonly totalMs: number;
  /** Their sum is the total. */
  readonly processes: readonly EndedProcess[];
}

/** A process as the journal has it. */
interface RecordedProcess {
  readonly pid: number;
  readonly cpuMs: number;
  readonly startedMs: number;
}

/** A load that was recorded, counted by the kernel and by psusage. */
export interface RecordedLoad {
  readonly kernel: KernelCount;
  readonly reported: Reported;
  readonly processes: readonly RecordedProcess[];
  /** CPU time of the recorder, ps included, ÷ its time. */
  readonly recorderPercent: number;
  /** What must never be in a journal and is. */
  readonly faults: readonly string[];
  readonly note: string;
}

export interface RecordLoadOptions extends Stage {
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly crash?: Crash | undefined;
}

/**
 * Runs a load once, with a recorder beside it for each ps, from before its start to after its end.
 *
 * @param psFolders each holds a `ps`; undefined for the machine's
 */
export async function recordLoad(
  load: Load,
  psFolders: readonly (string | undefined)[],
  options: RecordLoadOptions,
  cleanup: Cleanup,
): Promise<RecordedLoad[]> {
  const { seconds, signal, crash } = options;
  const folder = await makeRunFolder(options, load.name);
  const limitSeconds = seconds + 2 * LOAD_GRACE_SECONDS;
  const fromMs = Date.now();
  const recordings = await Promise.all(
    psFolders.map((psFolder, at) => {
      const journal = join(folder, `${load.name}-${at}.db`);
      const recorder = { programs: load.programs, journal, limitSeconds, psFolder };
      return startRecording(recorder, cleanup, signal);
    }),
  );
  const cgroup = await createCgroup(load.name, cleanup);
  const [{ outcome, ended }] = await Promise.all([
    runCounted(load, { ...options, folder, cgroup }),
    ...recordings.map((recording) => crash && recording.crash(crash)),
  ]);
  const processes = ended.filter(isOfLoad(ended, outcome, options));
  const kernel = shareRest(processes, await cgroup.cpuMs());
  return Promise.all(
    recordings.map(async (recording) => {
      await recording.settle();
      const recorderPercent = await recording.stop();
      const reported = await readReport(recording.journal, fromMs, Date.now());
      const read = readJournal(recording.journal, (db) => ({
        processes: readProcesses(db),
        faults: findFaults(db),
      }));
      return { kernel, reported, ...read, recorderPercent, note: outcome.note };
    }),
  );
}

/** Whatever happens to the load, taskstats are turned off again. */
async function runCounted(
  load: Load,
  place: LoadPlace,
): Promise<{ outcome: LoadOutcome; ended: EndedProcess[] }> {
  const taskstats = await startTaskstats();
  const [ran] = await Promise.allSettled([load.run(place)]);
  const ended = await taskstats.stop();
  if (ran.status === 'rejected') throw ran.reason;
  return { outcome: ran.value, ended };
}

/**
 * Those whose line of parents leads to the load's top process, and those of the load's users that have lost
 * their parent. Where a parent's pid was used twice, the later one is taken for the parent.
 */
function isOfLoad(
  ended: readonly EndedProcess[],
  { topPid }: LoadOutcome,
  { users }: Stage,
): (process: EndedProcess) => boolean {
  const parents = new Map(ended.map(({ pid, ppid }) => [pid, ppid]));
  return ({ pid, ppid, uid }) => {
    if (ppid === INIT_PID) return pid === topPid || users.some((user) => user.uid === uid);
    let at: number | undefined = pid;
    for (let steps = 0; at !== undefined && steps <= parents.size; steps++) {
      if (at === topPid) return true;
      at = parents.get(at);
    }
    return false;
  };
}

/**
 * Each process gets what taskstats say of it and an equal share of what the cgroup has more, which is what
 * processes use after their taskstats are written: about half a tick each. That is exact in the sum, and to a
 * millisecond or two a process.
 */
function shareRest(processes: readonly EndedProcess[], totalMs: number): KernelCount {
  const knownMs = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const restMs = (totalMs - knownMs) / Math.max(1, processes.length);
  return { totalMs, processes: processes.map((each) => ({ ...each, cpuMs: each.cpuMs + restMs })) };
}

function readProcesses(db: Database.Database): RecordedProcess[] {
  return db
    .prepare<[], RecordedProcess>(
      'SELECT pid, cpu_ms - prior_cpu_ms AS cpuMs, started_ms AS startedMs FROM process',
    )
    .all();
}
