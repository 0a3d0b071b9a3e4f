import type { CpuTime } from './estimate.js';
import type { Interval } from './interval.js';

/** What a stretch of CPU time is charged to. */
export interface Account {
  uid: number;
  user: string;
  program: string;
  command: string;
}

/** The part of a lifecycle that is not complete yet; a record once it has CPU time. */
export interface Slice {
  /** Null as long as it has no record. */
  creditId: number | null;
  quarterMs: number;
  fromMs: number;
  toMs: number;
  cpuMs: number;
  /** Opened by a change of account or of the wall clock, not at a start or a quarter-hour. */
  changed: boolean;
  /** Holds CPU time that was spread over a gap. */
  estimated: boolean;
}

/**
 * - `alive`: followed.
 * - `zombie`: ended, its figures are final; kept until it is waited for.
 * - `unfollowed`: left the selection; kept so that it is the same lifecycle if it comes back.
 */
export type Condition = 'alive' | 'zombie' | 'unfollowed';

/** What a process's ended, waited-for children have used since its start, as the kernel shows it. */
export interface Reaped extends Interval {
  /** Boot time of the sample before and of this one: what it grew by was reaped in between. */
  fromBootMs: number;
  toBootMs: number;
  /** There was a gap in between. */
  estimated: boolean;
}

/**
 * By how much children that one process has reaped may be off, as it is on record: added up as if each were as far
 * off as it can be, until what was reaped tells how far all of them together can be.
 */
export interface Unresolved {
  quarterMs: number;
  account: Account;
  uncertainMs: number;
}

/**
 * One process from first to last sight. Its identity is boot, pid and start; the start is an interval
 * of boot time that each tick may narrow.
 */
export interface Lifecycle {
  processId: number;
  pid: number;
  ppid: number;
  /** After a restart not before its next sample; the journal knows it by then. */
  isKernelThread: boolean;
  /** By age alone: part of the identity. */
  start: Interval;
  /** The same as far as utilisation tells it: for CPU time, where a hundredth of a second counts. */
  narrowStart: Interval;
  /** Wall time of the start, in ms since 1970, as first estimated. */
  startedMs: number;
  condition: Condition;
  account: Account;
  /** Until then it may show its parent's name and user, as a fork does before it has its own. */
  sampledTwice: boolean;
  /** CPU time since the process started. */
  cpu: CpuTime;
  /** CPU time per time between the last two samples, or over its life where there is one sample alone. */
  rate: number;
  reaped: Reaped;
  /** The same at the sample before. */
  reapedBefore: Reaped;
  /** The part of it that is on record, or was there before psusage could know of it. */
  accountedMs: number;
  /** The part of `accountedMs` that children were charged beyond what was certain. */
  guessedMs: number;
  /** Of children that were settled since it was quiet last; none after a restart. */
  unresolved: readonly Unresolved[];
  /** Its samples since a child of its went. */
  quietTicks: number;
  /** What was used before psusage could know of it; charged to no day. */
  priorCpuMs: number;
  /** What its records hold. Never falls; while the process lives only what is certain is charged. */
  chargedMs: number;
  /** Boot time of the last sample. */
  sampledBootMs: number;
  /** Boot time of the last sample that showed more CPU time, its own or its children's, or a change of account. */
  movedBootMs: number;
  /** How often its account changed in this quarter-hour. */
  splits: number;
  slice: Slice;
  /** The same for what no sample showed of its children; null as long as there is none. */
  unseenSlice: Slice | null;
}

export type EndReason = 'gone' | 'zombie' | 'replaced' | 'lost' | 'rebooted' | 'unfollowed';

export interface LifecycleEnd {
  endedMs: number;
  reason: EndReason;
}

export type CreditState = 'open' | 'settling' | 'complete';

/** A slice of a lifecycle, as it is written. */
export interface CreditRecord {
  creditId: number;
  processId: number;
  account: Account;
  fromMs: number;
  toMs: number;
  cpuMs: number;
  state: CreditState;
  changed: boolean;
  estimated: boolean;
  /** The process is gone, not only the slice. */
  ended: boolean;
  unseen: boolean;
}
