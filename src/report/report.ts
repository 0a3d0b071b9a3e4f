import type { Period } from '../shared/days.js';
import type { CpuRange } from './cpu-range.js';
import type { Coverage } from './data/coverage.js';
import type { Grouping } from './data/grouping.js';
import type { RecorderRun } from './data/runs.js';
import type { RenamedUser } from './renamed-users.js';

/** What a row, several rows, or everything has spent. What only a journal knows is else null. */
export interface Spent {
  /** Lifecycles, each counted once, however many credit records it has. */
  processes: number | null;
  /** Everything that counts against the budget, in milliseconds of CPU time. */
  cpuMs: number;
  /** The part of `cpuMs` that no sample ever showed; VictoriaMetrics can't tell. */
  unseenCpuMs: number | null;
  /** Where the real CPU time lies; it holds `cpuMs`. */
  range: CpuRange | null;
}

export interface ReportRow extends Spent {
  /** Tells rows of the report apart. */
  id: number;
  /** Of a user, where the journal tells it. */
  uid: number | null;
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

/** What every report has, wherever its figures come from. */
interface ReportedFigures {
  by: Grouping;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  rows: ReportRow[];
  others: OtherRows | null;
  total: Spent;
  /** What each user may spend in the period, in util-seconds; null where they may not all spend the same. */
  commonBudgetUtilSeconds: number | null;
  /**
   * By what CPU time so far is to be multiplied for that at the end of the period; null for a period that is over,
   * and where too little is known of it.
   */
  projectionFactor: number | null;
}

/** The report of one host, from its own journal. */
export interface JournalReport extends ReportedFigures {
  source: 'journal';
  host: string;
  /** The user whom all of it is of; null where it is of everybody. */
  onlyUser: ReportRow | null;
  /** Weighted by recorded time; null when nothing was recorded in the period. */
  vcpus: number | null;
  /** What the host could spend in the whole period, in util-seconds; null as `vcpus`. */
  capacityUtilSeconds: number | null;
  coverage: Coverage;
  /** By user: uids with several rows. Of one user: the names of the uid, where it had several. */
  renamed: RenamedUser[];
  /** In order. */
  runs: ReportedRun[];
  /** What recording itself used; on nobody's account. */
  recorderCpuMs: number;
}

/** The report of all hosts that ship to a database, from what that has received. */
export interface FleetReport extends ReportedFigures {
  source: 'influx';
  /** Of which something was received for the period, in order. */
  hostNames: string[];
  /** Server and database, for people. */
  destination: string;
}

export type Report = JournalReport | FleetReport;

/** What the host could spend in the whole period, in util-seconds; of a fleet that is not known. */
export function capacityOf(report: Report): number | null {
  return report.source === 'journal' ? report.capacityUtilSeconds : null;
}
