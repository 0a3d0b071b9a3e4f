import type { HourUsage } from '../data/hours.js';
import type { JournalReport } from '../report.js';
import type { Span } from '../data/spans.js';

/** An hour or a day of the period: how much of it was recorded, and what was spent in it. */
export interface TimeBucket extends Span {
  recordedMs: number;
  /** Null where nothing was recorded of it and nothing spent. */
  cpuMs: number | null;
  /** Of what the host could spend in all of it; null as `cpuMs`, and where its vCPUs are not known. */
  capacityPercent: number | null;
}

/** One process from first to last sight, as far as it lies in the period. */
export interface LifecycleRow {
  pid: number;
  /** As last seen in the period. */
  user: string;
  uid: number;
  program: string;
  command: string;
  /** Also where it lies before the period. */
  startedMs: number;
  /** Null for one that lived at the end of the period, or lives. */
  endedMs: number | null;
  /** Wall time in the period: until it ended, until the last sample, or until the end of the period. */
  durationMs: number;
  /** In the period. */
  cpuMs: number;
  /** The part of it that no sample showed: it was a child's. */
  unseenCpuMs: number;
  /** Whether some of it was spread over a gap. */
  estimated: boolean;
}

/** The costliest processes; those that are not shown are in one row. */
export interface Lifecycles {
  shown: LifecycleRow[];
  others: { rows: number; cpuMs: number; unseenCpuMs: number } | null;
  /** Up to when single records of the period were pruned, and with them processes; null where none of it was. */
  prunedUntilMs: number | null;
}

interface Common {
  /** By user: of everybody, or of one user alone. */
  report: JournalReport;
  /** What each user spent in each hour; empty unless the format is JSON. */
  userHours: HourUsage[];
}

/** The hours of the period, in order. */
export interface HoursView extends Common {
  kind: 'hours';
  hours: TimeBucket[];
}

export interface LifecyclesView extends Common {
  kind: 'lifecycles';
  lifecycles: Lifecycles;
}

/** All about one user. */
export interface UserView extends Common {
  kind: 'user';
  programs: JournalReport;
  commands: JournalReport;
  hours: TimeBucket[];
  days: (TimeBucket & { day: string })[];
  lifecycles: Lifecycles;
}

export type Details = HoursView | LifecyclesView | UserView;
