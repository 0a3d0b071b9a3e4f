import type { Sample, Snapshot } from '../ps/sample.js';

/** The last samples in this run of processes that were not followed then. A value. */
export interface UntrackedProcesses {
  /** When the whole host was sampled for the last time, in boot time. */
  wholeBootMs: number;
  whole: ReadonlyMap<number, Sample>;
  /** Of those that were seen since. */
  since: ReadonlyMap<number, Sample>;
}

/**
 * @param before undefined before the first snapshot of a run, which is of the whole host
 * @param isFollowed whether what is known of the process is kept elsewhere
 */
export function updateUntracked(
  before: UntrackedProcesses | undefined,
  snapshot: Snapshot,
  isFollowed: (pid: number) => boolean,
): UntrackedProcesses {
  const { samples, isWhole, takenFromBootMs } = snapshot;
  if (isWhole || before === undefined) {
    return { wholeBootMs: takenFromBootMs, whole: samples, since: new Map() };
  }
  const others = [...samples].filter(([pid]) => !isFollowed(pid));
  if (others.length === 0) return before;
  const { wholeBootMs, whole, since } = before;
  return { wholeBootMs, whole, since: new Map([...since, ...others]) };
}

/** The last sample of a process with this pid, if it was not followed then. */
export function lastUntracked(
  { whole, since }: UntrackedProcesses,
  pid: number,
): Sample | undefined {
  return since.get(pid) ?? whole.get(pid);
}
