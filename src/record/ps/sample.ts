/** When ps ran: the boot time just before and just after; each row was read in between. */
export interface Taken {
  takenFromBootMs: number;
  takenToBootMs: number;
}

/** One process as one row of ps shows it. */
export interface Sample {
  taken: Taken;
  pid: number;
  ppid: number;
  /** Its session: the pid of its first process, which may be gone. Not above 0 where the kernel does not tell. */
  sid: number;
  /** The effective user. */
  uid: number;
  user: string;
  /** One letter of ps: R, S, D, T, I … and Z for a process that ended and was not waited for. */
  state: string;
  /** Threads, 1 for a process without any but itself. */
  nlwp: number;
  comm: string;
  /** A thread of the kernel, or the one that starts them all. */
  isKernelThread: boolean;
  /** Whole seconds since the start, cut off; null where ps can't know, see `ages.ts`. */
  etimes: number | null;
  /** Own CPU time in whole seconds, cut off. */
  times: number;
  /** The same with that of ended, waited-for children. */
  bsdtime: number;
  /** That as a percentage: of the lifetime, and with procps 3.3 of `etimes`. */
  pcpu: number;
  /** CPU time as a percentage of the lifetime in thousandths, own and with that of children; null with procps 3.3. */
  exact: { cuu: number; cuc: number } | null;
}

/** What is known of the host's processes at one tick. */
export interface Snapshot extends Taken {
  /** The recorder's helper that ran ps; undefined where there is none. */
  helperPid: number | undefined;
  /** What ps showed, by pid. */
  samples: ReadonlyMap<number, Sample>;
  /** ps tells the ages of processes as they are. */
  areAgesTrue: boolean;
  /** ps was queried for every process: one that is neither in `samples` nor in `unsampled` does not exist. */
  isWhole: boolean;
  /** Followed processes that exist, but were not queried or not shown. */
  unsampled: ReadonlySet<number>;
}

/** Ended, and not waited for yet. One whose first thread alone has ended shows Z too, but works on. */
export function isZombie({ state, nlwp }: Sample): boolean {
  return state === 'X' || (state === 'Z' && nlwp <= 1);
}
