import { count, percentOf, rounded } from '../../shared/numbers.js';
import { cpuSeconds, credits } from '../../shared/units.js';
import type { Grouping } from '../data/grouping.js';
import {
  budgetPercent,
  capacityPercent,
  cpuMsLeft,
  isOnCourse,
  isOver,
  recordedPercent,
  type Report,
  type ReportRow,
} from '../models/day.js';
import type { CpuRange, Spent } from '../models/spent.js';
import { formatEnd } from './date-format.js';
import {
  column,
  type Column,
  field,
  type Field,
  type Line,
  list,
  mapField,
  nullableField,
  type Member,
  object,
  objectOrNull,
  type Part,
  type Table,
} from '../view.js';
import {
  CREDITS as CREDITS_OF_SPENT,
  formatCommand,
  NAMES,
  OTHERS_COUNT,
  UID,
  USER,
  UTIL_SECONDS as UTIL_SECONDS_OF_SPENT,
} from './facts.js';

/** A user, program, command or host, all that `--top` leaves out, or the total. */
export interface SpentLine extends Line {
  report: Report;
  name: string;
  uid: number | null;
  spent: Spent;
  /** Undefined where several rows stand together: they have no budget in common. */
  row?: ReportRow;
}

const PROCESSES = field<SpentLine>(
  'processes',
  'count',
  ({ spent }) => spent.processes,
  'Lifecycles, each counted once, however many slices it has. Null from a database.',
  { nullable: true },
);
const CPU_SECONDS = field<SpentLine>(
  'cpuSeconds',
  'cpuTime',
  ({ spent }) => spent.cpuMs,
  'Everything that counts against the budget, in seconds of CPU time; exact to the millisecond.',
);
const UTIL_SECONDS = mapField(UTIL_SECONDS_OF_SPENT, ({ spent }: SpentLine) => spent);
const CREDITS = mapField(CREDITS_OF_SPENT, ({ spent }: SpentLine) => spent);
const UNSEEN = field<SpentLine>(
  'unseenCpuSeconds',
  'cpuTime',
  ({ spent }) => spent.unseenCpuMs,
  'The part of cpuSeconds that no sample ever showed. Null from VictoriaMetrics, which can’t tell.',
  { nullable: true },
);
const OF_CAPACITY = field<SpentLine>(
  'capacityPercent',
  'percent',
  ({ spent, report }) => capacityPercent(spent, report),
  'Per cent of what the host can spend in the whole period; null as vcpus.',
  { nullable: true },
);
const OF_RECORDED = field<SpentLine>(
  'recordedCapacityPercent',
  'percent',
  ({ spent, report }) => recordedPercent(spent, report),
  'Per cent of what the host could spend while it was recorded, without what was spent while no recorder ran; null as vcpus.',
  { nullable: true },
);
const BUDGET = field<SpentLine>(
  'budgetUtilSeconds',
  'utilSeconds',
  ({ row }) => row?.budgetCpuMs,
  'What the row may spend in the whole period, in util-seconds. A row that is no user has one vCPU.',
);
const OF_BUDGET = field<SpentLine>(
  'budgetPercent',
  'percent',
  ({ row }) => row && budgetPercent(row),
  'Per cent of the budget that is spent, above 100 when over it.',
);
const PROJECTED = field<SpentLine>(
  'projectedBudgetPercent',
  'percent',
  ({ row, report: { projectionFactor } }) =>
    row && (projectionFactor === null ? null : budgetPercent(row) * projectionFactor),
  'Per cent of the budget at the end of the period if it goes on like this. Null where the period is over or in its first hour, where less than 90 % of it so far was recorded, and from a database.',
  { nullable: true },
);
const UNCERTAIN = field<SpentLine>(
  'uncertainCpuSeconds',
  'cpuTime',
  ({ spent: { cpuMs, range } }) => range && Math.max(cpuMs - range.leastMs, range.mostMs - cpuMs),
  'By how many seconds cpuSeconds may be off, on the farther side. Null from a database.',
  { nullable: true },
);
const LEAST = field<SpentLine>(
  'leastCpuSeconds',
  'cpuTime',
  ({ spent: { range } }) => (range === null ? null : range.leastMs),
  "Below this cpuSeconds can't really be. Null from a database.",
  { nullable: true },
);
const MOST = field<SpentLine>(
  'mostCpuSeconds',
  'cpuTime',
  ({ spent: { range } }) => (range === null ? null : range.mostMs),
  "Above this cpuSeconds can't really be: no more than the vCPUs had left beside what is certain of other rows. Null from a database.",
  { nullable: true },
);

/** What every line has. */
const AMOUNTS = [PROCESSES, CPU_SECONDS, UTIL_SECONDS, CREDITS, UNSEEN, OF_CAPACITY];
const BUDGETS = [BUDGET, OF_BUDGET, PROJECTED];
const CERTAINTY = [UNCERTAIN, LEAST, MOST, OF_RECORDED];

const ROW_NAMES: Record<Grouping, readonly Field<SpentLine>[]> = {
  ...NAMES,
  user: [USER, nullableField(UID, 'Numeric id of the effective user. Null from a database.')],
  host: [field<SpentLine>('host', 'text', ({ name }) => name, 'Name of the host.')],
};

/** By host each line of CSV names its own. */
export const CSV_HOST = field<SpentLine>(
  'host',
  'text',
  ({ name, report }) => (report.by === 'host' ? name : report.host),
  'The host that the line is of.',
);

/** What tells the lines of CSV apart, and the figures of each. */
export function csvFields(by: Grouping): Field<SpentLine>[] {
  return [...(by === 'host' ? [] : ROW_NAMES[by]), ...AMOUNTS, ...BUDGETS, ...CERTAINTY];
}

/** The rows of a report as a list. */
export function listRows<Model>(
  by: Grouping,
  about: string,
  report: (model: Model) => Report | undefined,
): Part<Model> {
  const members = [...ROW_NAMES[by], ...AMOUNTS, ...BUDGETS, ...CERTAINTY];
  return list(`${by}s`, about, members, (model: Model) => {
    const found = report(model);
    return found && rowLines(found);
  });
}

export const OTHERS: Part<Report> = objectOrNull(
  'others',
  'The rows that --top leaves out, in one; null where it leaves out none.',
  [
    { ...OTHERS_COUNT, value: ({ report }: SpentLine) => report.others?.rows },
    ...AMOUNTS,
    ...CERTAINTY,
  ],
  (report) => othersLine(report) ?? null,
);

export const TOTAL: Member<Report> = object(
  'total',
  'All rows and others together.',
  [...AMOUNTS, ...CERTAINTY],
  totalLine,
);

/** The rows, those that `--top` leaves out in one, and the total. */
export function toLines(report: Report): SpentLine[] {
  const others = othersLine(report);
  return [...rowLines(report), ...(others === undefined ? [] : [others]), totalLine(report)];
}

function rowLines(report: Report): SpentLine[] {
  return report.rows.map((row) => {
    const { key, name, uid } = row;
    const label = report.by === 'command' ? formatCommand(key) : key;
    return { kind: 'row', label, name, uid, report, spent: row, row, isFaint: isFaint(row) };
  });
}

function othersLine(report: Report): SpentLine | undefined {
  const { others } = report;
  if (others === null) return undefined;
  const label = `(others: ${count(others.rows)})`;
  return { kind: 'others', label, name: '(others)', uid: null, report, spent: others };
}

function totalLine(report: Report): SpentLine {
  const spent = report.total;
  return { kind: 'total', label: 'total', name: '(total)', uid: null, report, spent };
}

/** So many credits show as nothing. */
const NOTHING_CREDITS = 0.005;

function isFaint({ cpuMs }: Spent): boolean {
  return credits(cpuMs) < NOTHING_CREDITS;
}

/**
 * The table as people see it; columns of which nothing is known are left out. What people decide by stays where there is
 * little room: credits, and their shares of the host and of the budget, now and at the end of the period.
 */
export function dayTable(report: Report, verbose: boolean): Table<SpentLine> {
  const { by, rows, total } = report;
  const isOfJournal = report.source === 'journal';
  const hasBudgets = by === 'user' && report.budgetsAreGiven;
  const isVerboseJournal = verbose && isOfJournal;
  return {
    title: by,
    rows: rows.length === 0 ? [] : toLines(report),
    columns: [
      ...when(isVerboseJournal && by === 'user', UID_COLUMN),
      { ...CREDITS, title: 'credits', rank: 0 },
      ...when(isOfJournal, OF_HOST_COLUMN),
      ...when(isVerboseJournal, wholeHostColumn(report)),
      ...(hasBudgets ? budgetColumns(report) : when(rows.length > 1, OF_TOTAL_COLUMN)),
      { ...CPU_SECONDS, title: 'CPU time', rank: 6 },
      ...when(isOfJournal, { ...PROCESSES, title: 'processes', rank: 7 }),
      ...when(hasBudgets && report.untilMs < report.period.toMs, LEFT_COLUMN),
      ...when(verbose, { ...UTIL_SECONDS, title: 'util-seconds', rank: 12 }),
      ...when(verbose && total.unseenCpuMs !== null, SHORT_LIVED_COLUMN),
      ...when(isVerboseJournal, UNCERTAIN_COLUMN),
    ],
  };
}

function when<Each>(isShown: boolean, ...shown: Each[]): Each[] {
  return isShown ? shown : [];
}

const UID_COLUMN = column<SpentLine>('uid', 'id', { rank: 10 }, ({ row }) => row?.uid);

const OF_HOST_COLUMN: Column<SpentLine> = {
  ...OF_RECORDED,
  title: 'of host',
  rank: 2,
};

/** Of all that the host can spend in the period, recorded or not, over or not. */
function wholeHostColumn({ period }: Report): Column<SpentLine> {
  const title = period.days === 1 ? 'of the day' : 'of the days';
  return { ...OF_CAPACITY, title, rank: 9 };
}

function budgetColumns(report: Report): Column<SpentLine>[] {
  const { commonBudgetCpuMs, projectionFactor, period, untilMs, rows } = report;
  const title = `by ${formatEnd(period, untilMs)}`;
  const isOverAtEnd = ({ row }: SpentLine) =>
    row !== undefined && budgetPercent(row) * (projectionFactor ?? 0) > 100;
  const isWorthTelling = rows.some((row) => formatState(row, report) !== undefined);
  return [
    ...when(commonBudgetCpuMs === null, BUDGET_COLUMN),
    { ...OF_BUDGET, title: 'of budget', rank: 1, isAlarming: isOverBudget },
    ...when(projectionFactor !== null, {
      ...PROJECTED,
      ...({ title, rank: 3, isAlarming: isOverAtEnd } as const),
    }),
    ...when(isWorthTelling, STATE_COLUMN),
  ];
}

function isOverBudget({ row }: SpentLine): boolean {
  return row !== undefined && isOver(row);
}

const BUDGET_COLUMN = column<SpentLine>(
  'budget',
  'number',
  { rank: 4 },
  ({ row }) => row && credits(row.budgetCpuMs),
);

/** From here on a budget is nearly spent. */
const NEAR_PERCENT = 80;

const STATE_COLUMN = column<SpentLine>(
  'state',
  'text',
  { rank: 5, align: 'left', isAlarming: isOverBudget },
  ({ row, report }) => row && formatState(row, report),
);

/** In words what the colour says of the budget, now or at the end; undefined where all is well. */
function formatState(row: ReportRow, { projectionFactor }: Report): string | undefined {
  if (isOver(row)) return 'over';
  if (isOnCourse(row, projectionFactor)) return 'on course';
  const percent = budgetPercent(row) * Math.max(1, projectionFactor ?? 0);
  return percent >= NEAR_PERCENT ? 'near' : undefined;
}

const LEFT_COLUMN = column<SpentLine>(
  'left',
  'credits',
  { rank: 8, isAlarming: isOverBudget },
  ({ row }) => row && cpuMsLeft(row),
);

const OF_TOTAL_COLUMN = column<SpentLine>('of total', 'percent', { rank: 3 }, shareOfTotal);

function shareOfTotal({ spent, report: { total } }: SpentLine): number {
  return percentOf(spent.cpuMs, total.cpuMs);
}

const SHORT_LIVED_COLUMN = column<SpentLine>(
  'short-lived',
  'cpuTime',
  { rank: 13 },
  ({ spent }) => spent.unseenCpuMs,
);

const UNCERTAIN_COLUMN = column<SpentLine>(
  '± s',
  'text',
  { rank: 11 },
  ({ spent: { cpuMs, range } }) => range && formatUncertainty(cpuMs, range),
);

/** `0.53`; where it is not the same either way `−0.20 +1.10`. */
function formatUncertainty(cpuMs: number, { leastMs, mostMs }: CpuRange): string {
  const below = rounded(cpuSeconds(cpuMs - leastMs));
  const above = rounded(cpuSeconds(mostMs - cpuMs));
  return below === above ? above : `−${below} +${above}`;
}
