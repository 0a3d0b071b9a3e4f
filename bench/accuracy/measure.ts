import type { Load } from '../loads/load.js';
import type { Cleanup } from '../shared/cleanup.js';
import type { Crash } from '../shared/recorder.js';
import type { Stage } from '../shared/stage.js';
import { type Bar, compareWithKernel, type Errors, readClaims, sumClaims } from './errors.js';
import type { Suite } from './ps-packages.js';
import { type RecordedLoad, recordLoad } from './record-load.js';
import { startOlderTool, startPidstat } from './samplers.js';

export const METHODS = ['psusage', '`times` + 0.5 s', 'pidstat 1'] as const;

export type Method = (typeof METHODS)[number];

/** A load to be measured, and how exact psusage has to be. */
export interface Case {
  readonly name: string;
  /** What runs, for the page. */
  readonly what: string;
  readonly load: Load;
  readonly seconds: number;
  /** With `--quick`. */
  readonly quickSeconds: number;
  /** The recorder is killed in the middle. */
  readonly crash?: Crash;
  /** Recorded with the ps of this suite of Debian in place of the machine's. */
  readonly suite?: Suite;
  readonly total?: Bar;
  readonly user?: Bar;
  /** For the mean absolute error of the processes that were seen, in milliseconds. */
  readonly processMs?: number;
}

/** One run of a load with all methods beside each other. */
export interface Measured {
  readonly errors: Readonly<Record<Method, Errors>>;
  readonly unseenMs: number;
  /** CPU time of the recorder, ps included, ÷ its time. */
  readonly recorderPercent: number;
  /** What must never be in the journal and is. */
  readonly faults: readonly string[];
  /** What the load says about itself. */
  readonly note: string;
}

export interface MeasureOptions extends Stage {
  readonly seconds: number;
  readonly seed: number;
  /** A folder with another ps than the machine's. */
  readonly psFolder?: string | undefined;
  readonly signal: AbortSignal;
}

/** Runs a load once. */
export async function measure(
  { load, crash, user: bar }: Case,
  options: MeasureOptions,
  cleanup: Cleanup,
): Promise<Measured> {
  const samplers = [startOlderTool(load.programs[0] ?? load.name), startPidstat()] as const;
  const [ran] = await Promise.allSettled([
    recordLoad(load, [options.psFolder], { ...options, crash }, cleanup),
  ]);
  const [older, pidstat] = await Promise.all(samplers.map((sampler) => sampler.stop()));
  if (ran.status === 'rejected') throw ran.reason;
  const [whole] = ran.value;
  if (whole === undefined) throw new Error('there was no recorder');
  // Where everything on the machine is recorded only the load's users can be told from the others.
  const isAlone = load.programs.length > 0;
  const uids = new Map(options.users.map(({ name, uid }) => [name, uid]));
  const recorded = isAlone ? whole : keepUsers(whole, new Set(uids.values()));
  if (isAlone) uids.set('root', 0);
  const { kernel, reported, recorderPercent, faults, note } = recorded;
  const by = { bar, uids };
  return {
    errors: {
      psusage: compareWithKernel(kernel, readClaims(recorded), by),
      '`times` + 0.5 s': compareWithKernel(kernel, sumClaims(older ?? [], kernel, uids), by),
      'pidstat 1': compareWithKernel(kernel, sumClaims(pidstat ?? [], kernel, uids), by),
    },
    unseenMs: reported.users.reduce((sum, { unseenCpuMs }) => sum + unseenCpuMs, 0),
    recorderPercent,
    faults,
    note,
  };
}

/** What these users used, by the kernel and by the report. */
function keepUsers(recorded: RecordedLoad, uids: ReadonlySet<number>): RecordedLoad {
  const keep = <T extends { readonly uid: number; readonly cpuMs: number }>(all: readonly T[]) => {
    const kept = all.filter(({ uid }) => uids.has(uid));
    return { kept, sumMs: kept.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
  };
  const [kernel, reported] = [keep(recorded.kernel.processes), keep(recorded.reported.users)];
  return {
    ...recorded,
    kernel: { processes: kernel.kept, totalMs: kernel.sumMs },
    reported: { users: reported.kept, totalCpuMs: reported.sumMs },
  };
}
