import type { Period } from '../shared/days.js';
import type { Coverage } from './coverage.js';
import type { RecorderRun } from './read/runs.js';

/** What a row of the report stands for. */
export type Grouping = 'user' | 'program' | 'command';

/** What a row, several rows, or everything has spent. */
export interface Spent {
  /** Lifecycles, each counted once, however many credit records it has. */
  processes: number;
  /** Everything that counts against the budget, in milliseconds of CPU time. */
  cpuMs: number;
  /** The part of `cpuMs` that no sample ever showed. */
  unseenCpuMs: number;
  /** By how much `cpuMs` may be off, either way. */
  uncertainMs: number;
}

export interface ReportRow extends Spent {
  /** The uid of a user; the journal's own number of a program or command. */
  id: number;
  name: string;
  /** Unique within the report: the name, with the uid behind it where two users share the name. */
  key: string;
  /** What the row may spend in the whole period, in util-seconds. */
  budgetUtilSeconds: number;
}

/** The rows that `--top` leaves out, in one. Their lifecycles are added up row by row. */
export interface OtherRows extends Spent {
  rows: number;
}

/** A run of the recorder that took samples in the period. */
export interface ReportedRun extends RecorderRun {
  /** Whether it goes on as far as can be told. */
  running: boolean;
}

export interface Report {
  host: string;
  by: Grouping;
  period: Period;
  /** Weighted by recorded time; null when nothing was recorded in the period. */
  vcpus: number | null;
  /** What the host could spend in the whole period, in util-seconds; null as `vcpus`. */
  capacityUtilSeconds: number | null;
  coverage: Coverage;
  /** In order. */
  runs: ReportedRun[];
  rows: ReportRow[];
  others: OtherRows | null;
  total: Spent;
  /** What recording itself used; on nobody's account. */
  recorderCpuMs: number;
}
