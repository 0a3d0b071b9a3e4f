/** What the kernel wrote about a process when it ended. */
export interface EndedProcess {
  readonly pid: number;
  /** The parent at the end; 1, or a subreaper's pid, when the first parent had gone before. */
  readonly ppid: number;
  /** The real uid at the end. */
  readonly uid: number;
  /** At most 15 characters. */
  readonly command: string;
  /** User + system, of all its threads, without children. */
  readonly cpuMs: number;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs: number;
}

const INIT_PID = 1;

/** What tells a load's processes from the rest of the machine's. */
export interface LoadMembers {
  readonly uids: ReadonlySet<number>;
  /** Processes that the load started, their descendants included. */
  readonly topPids: ReadonlySet<number>;
}

/**
 * Keeps processes whose line of parents leads to a top process, and those of the load's users that have lost
 * their parent; where the load names no top process, all of its users; others on the machine may get the same uids. Where a parent's pid was used twice, the
 * later one is taken for the parent.
 */
export function processesOfLoad<T extends EndedProcess>(
  ended: readonly T[],
  { uids, topPids }: LoadMembers,
): T[] {
  const parents = new Map(ended.map(({ pid, ppid }) => [pid, ppid]));
  const descendsFrom = (parent: number): boolean => {
    let at: number | undefined = parent;
    for (let steps = 0; at !== undefined && steps <= parents.size; steps++) {
      if (topPids.has(at)) return true;
      at = parents.get(at);
    }
    return false;
  };
  if (topPids.size === 0) return ended.filter(({ uid }) => uids.has(uid));
  const isOrphan = ({ ppid, uid }: T): boolean => ppid === INIT_PID && uids.has(uid);
  return ended.filter((each) => topPids.has(each.pid) || descendsFrom(each.ppid) || isOrphan(each));
}

export function sumCpuMs(processes: readonly { readonly cpuMs: number }[]): number {
  return processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
