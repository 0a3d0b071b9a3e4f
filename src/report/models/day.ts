import type { Period } from '../../shared/days.js';
import { percentOf, sum } from '../../shared/numbers.js';
import type { Coverage } from './coverage.js';
import type { Grouping } from '../data/grouping.js';
import type { RecorderRun } from '../data/runs.js';
import type { UnrecordedUsage } from '../data/unrecorded.js';
import type { Budgets } from './budgets.js';
import { addUp, type Spent } from './spent.js';
import type { RenamedUser } from './users.js';

export interface ReportRow extends Spent {
  /** Tells rows of the report apart. */
  id: number;
  /** Of a user, where the journal tells it. */
  uid: number | null;
  name: string;
  /** Unique within the report: the name, with the uid behind it where two users share the name. */
  key: string;
  /** What the row may spend in the whole period. */
  budgetCpuMs: number;
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

/** The users whom a report is of, where it is not of everybody. */
export interface OnlyUsers {
  /** As people name them: `foo_com`, or `shop* (3 users)`. */
  label: string;
  /** What each has spent in all; at least one. */
  rows: readonly ReportRow[];
  /** The names of their uids in the period, where those had several. */
  renamed: RenamedUser[];
  /** Whether it is for them alone: it names no other, and nothing follows from it of what others spent. */
  isPrivate: boolean;
}

/** The one user whom a report is of; null where it is of several or of everybody. */
export function findOnlyUser({ onlyUsers }: { onlyUsers: OnlyUsers | null }): ReportRow | null {
  const [first, ...others] = onlyUsers?.rows ?? [];
  return first === undefined || others.length > 0 ? null : first;
}

/** How users, or other rows, stand against their budgets: all of them, also those that `--top` leaves out. */
export interface Standing {
  /** How many they are. */
  rows: number;
  /** What they may spend together in the whole period. */
  budgetCpuMs: number;
  /** The keys of those that have spent more, the farthest first. */
  over: string[];
  /** The keys of those that will have at the end of the period, if it goes on like this. */
  onCourse: string[];
}

/** What was spent in a day or a range, wherever the figures come from. */
interface SpentInPeriod {
  by: Grouping;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  rows: ReportRow[];
  others: OtherRows | null;
  total: Spent;
  /** What each user may spend in the period; null where they may not all spend the same. */
  commonBudgetCpuMs: number | null;
  /** Whether budgets were given; else everybody has one vCPU. */
  budgetsAreGiven: boolean;
  standing: Standing;
  /** In order. */
  hostNames: string[];
  /** In order. */
  runs: ReportedRun[];
  /** By user: uids with several rows. Of some users: the names of their uids, where those had several. */
  renamed: RenamedUser[];
}

/** On one host, from its own journal. */
export interface JournalReport extends SpentInPeriod {
  source: 'journal';
  host: string;
  /** The users whom all of it is of; null where it is of everybody. */
  onlyUsers: OnlyUsers | null;
  /** Weighted by recorded time; null when nothing was recorded in the period. */
  vcpus: number | null;
  /** What the host can spend in the whole period; null as `vcpus`. */
  capacityCpuMs: number | null;
  /** What the host could spend while it was recorded; null as `vcpus`. */
  recordedCapacityCpuMs: number | null;
  coverage: Coverage;
  /** What was charged to stretches without a sample. */
  unrecorded: UnrecordedUsage[];
  /** What recording itself used; not counted in any row. */
  recorderCpuMs: number;
  /**
   * By what CPU time so far is to be multiplied for that at the end of the period; null for a period that is over,
   * and where too little is known of it.
   */
  projectionFactor: number | null;
}

/** On all hosts that ship to a database, from what that has received; it does not know more. */
export interface FleetReport extends SpentInPeriod {
  source: 'influx';
  /** Server and database, for people. */
  destination: string;
  host: null;
  onlyUsers: null;
  vcpus: null;
  capacityCpuMs: null;
  recordedCapacityCpuMs: null;
  coverage: null;
  recorderCpuMs: null;
  projectionFactor: null;
}

export type Report = JournalReport | FleetReport;

/** Above 100 when the row is over its budget. */
export function budgetPercent({ cpuMs, budgetCpuMs }: ReportRow): number {
  return percentOf(cpuMs, budgetCpuMs);
}

/** Of what the host can spend in the whole period; null where its vCPUs are not known. */
export function capacityPercent({ cpuMs }: Spent, { capacityCpuMs }: Report): number | null {
  return capacityCpuMs === null ? null : percentOf(cpuMs, capacityCpuMs);
}

/** Of what the host could spend while it was recorded, without what was spent meanwhile; null where that is not known. */
export function recordedPercent(
  { recordedCpuMs }: Spent,
  { recordedCapacityCpuMs }: Report,
): number | null {
  if (recordedCpuMs === null || recordedCapacityCpuMs === null) return null;
  return percentOf(recordedCpuMs, recordedCapacityCpuMs);
}

/** What is left of the row's budget; negative when it is over. */
export function cpuMsLeft({ cpuMs, budgetCpuMs }: ReportRow): number {
  return budgetCpuMs - cpuMs;
}

/** The rows that are not shown in one; null where there are none. */
export function addUpOthers(rows: readonly ReportRow[], roomMs = Infinity): OtherRows | null {
  return rows.length === 0 ? null : { rows: rows.length, ...addUp(rows, roomMs) };
}

/** Whether the row has spent more than its budget. */
export function isOver(row: ReportRow): boolean {
  return budgetPercent(row) > 100;
}

/** Whether it has not, but will have at the end of the period. */
export function isOnCourse(row: ReportRow, projectionFactor: number | null): boolean {
  return !isOver(row) && budgetPercent(row) * (projectionFactor ?? 0) > 100;
}

export function toStanding(rows: readonly ReportRow[], projectionFactor: number | null): Standing {
  const ranked = sortRows(rows, 'budget');
  const keys = (select: (row: ReportRow) => boolean) => ranked.filter(select).map(({ key }) => key);
  return {
    rows: rows.length,
    budgetCpuMs: sum(rows.map(({ budgetCpuMs }) => budgetCpuMs)),
    over: keys(isOver),
    onCourse: keys((row) => isOnCourse(row, projectionFactor)),
  };
}

type Order = (a: ReportRow, b: ReportRow) => number;

const byCpuTime: Order = (a, b) => b.cpuMs - a.cpuMs;

/** Names sort the same on every machine, whatever its language. */
const byName: Order = (a, b) => compareTexts(a.name, b.name) || a.id - b.id;

/** The most first, except for names and for what is left: the least left first. */
const ORDERS = {
  credits: byCpuTime,
  'cpu-time': byCpuTime,
  'util-seconds': byCpuTime,
  capacity: byCpuTime,
  processes: (a, b) => (b.processes ?? 0) - (a.processes ?? 0),
  budget: (a, b) => budgetPercent(b) - budgetPercent(a),
  left: (a, b) => cpuMsLeft(a) - cpuMsLeft(b),
  'short-lived': (a, b) => (b.unseenCpuMs ?? 0) - (a.unseenCpuMs ?? 0),
  name: byName,
} satisfies Record<string, Order>;

/** What rows can be in order by. */
export type RowOrder = keyof typeof ORDERS;

/** Which rows are shown, and against what. */
export interface RowOptions {
  sort: RowOrder;
  /** How many rows are shown; undefined for all. */
  top: number | undefined;
  /** Of users; other rows have one vCPU each. */
  budgets: Budgets;
}

/** The rows in order; equal ones by their names. */
function sortRows(rows: readonly ReportRow[], order: RowOrder): ReportRow[] {
  return [...rows].sort((a, b) => ORDERS[order](a, b) || byName(a, b));
}

/**
 * The `top` first rows in an order, and all others. Names have no first that means something: in
 * their order it is the rows that spent the most.
 */
export function cutRows(
  rows: readonly ReportRow[],
  order: RowOrder,
  top: number,
): { shown: ReportRow[]; others: ReportRow[] } {
  const ranked = sortRows(rows, order === 'name' ? 'credits' : order);
  return { shown: sortRows(ranked.slice(0, top), order), others: ranked.slice(top) };
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
