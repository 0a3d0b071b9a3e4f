import type { RecordedProcess } from '../psusage/journal.js';
import type { Reported } from '../psusage/report.js';
import type { EndedProcess } from '../truth/ended-process.js';
import type { TaskstatsProcess } from '../truth/taskstats.js';
import type { Observation } from './observe.js';

/** `started_ms` comes from whole seconds and a tick: further apart it is another process. */
const SAME_START_MS = 3_000;

/** A user's CPU time and processes: the kernel's count beside psusage's. */
export interface UserComparison {
  readonly uid: number;
  readonly name: string;
  readonly kernelMs: number;
  readonly reportedMs: number;
  readonly unseenMs: number;
  readonly kernelProcesses: number;
  /** In process accounting, to check the kernel's other count. */
  readonly accountedProcesses: number;
  readonly reportedProcesses: number;
}

/** A process that ended, beside its lifecycle; `undefined` when no sample saw it. */
export interface ProcessComparison {
  readonly kernel: TaskstatsProcess;
  readonly recorded: RecordedProcess | undefined;
}

export function compareUsers(
  { perUser, accounted }: Pick<Observation, 'perUser' | 'accounted'>,
  { users }: Pick<Reported, 'users'>,
): UserComparison[] {
  const uids = new Set([...perUser.map(({ uid }) => uid), ...users.map(({ uid }) => uid)]);
  return [...uids].map((uid) => {
    const kernel = perUser.find((user) => user.uid === uid);
    const reported = users.find((user) => user.uid === uid);
    return {
      uid,
      name: reported?.user ?? String(uid),
      kernelMs: kernel?.cpuMs ?? 0,
      reportedMs: reported?.cpuMs ?? 0,
      unseenMs: reported?.unseenCpuMs ?? 0,
      kernelProcesses: kernel?.processes ?? 0,
      accountedProcesses: accounted.filter((process) => process.uid === uid).length,
      reportedProcesses: reported?.processes ?? 0,
    };
  });
}

/** Finds each process's lifecycle by its pid, and among those of one pid by the nearest start. */
export function compareProcesses(
  ended: readonly TaskstatsProcess[],
  recorded: readonly RecordedProcess[],
): ProcessComparison[] {
  return ended.map((kernel) => {
    const apartMs = ({ startedMs }: RecordedProcess): number =>
      Math.abs(startedMs - kernel.startedMs);
    const [nearest] = recorded
      .filter((each) => each.pid === kernel.pid && apartMs(each) < SAME_START_MS)
      .sort((a, b) => apartMs(a) - apartMs(b));
    return { kernel, recorded: nearest };
  });
}

/** Means over the processes that were seen at all, in milliseconds. */
export interface MeanError {
  readonly absoluteMs: number;
  /** Above 0 where psusage says more than the kernel. */
  readonly signedMs: number;
}

export function meanError(processes: readonly ProcessComparison[]): MeanError {
  const errors = processes.flatMap(({ kernel, recorded }) =>
    recorded === undefined ? [] : [recorded.cpuMs - kernel.cpuMs],
  );
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return { absoluteMs: mean(errors.map(Math.abs)), signedMs: mean(errors) };
}

/** CPU time ÷ lifetime in per cent, by the kernel or by the journal. */
export function averagePercent({
  cpuMs,
  startedMs,
  endedMs,
}: Pick<EndedProcess, 'cpuMs' | 'startedMs'> & { readonly endedMs: number | null }): number {
  return endedMs === null ? NaN : (100 * cpuMs) / Math.max(1, endedMs - startedMs);
}
