import { count, decimal, percentOf } from '../../shared/numbers.js';
import { cpuSeconds, credits } from '../../shared/units.js';
import type { Grouping } from '../data/grouping.js';
import {
  budgetPercent,
  capacityPercent,
  cpuMsLeft,
  type Report,
  type ReportRow,
} from '../models/day.js';
import type { CpuRange, Spent } from '../models/spent.js';
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
  NAMES,
  OTHERS_COUNT,
  UID,
  USER,
  UTIL_SECONDS as UTIL_SECONDS_OF_SPENT,
} from './facts.js';

/** A user, program, command or host, all that `--top` leaves out, the total, or what of it is unseen. */
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
const CERTAINTY = [UNCERTAIN, LEAST, MOST];

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
    const { key: label, name, uid } = row;
    return { kind: 'row', label, name, uid, report, spent: row, row };
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

/** What of the total no sample showed, if there is anything. */
function unseenLine(report: Report): SpentLine[] {
  const { unseenCpuMs } = report.total;
  if (unseenCpuMs === null || unseenCpuMs === 0) return [];
  const spent = { ...report.total, cpuMs: unseenCpuMs };
  return [{ ...totalLine(report), kind: 'unseen', label: 'of it unseen', spent }];
}

/** The table as people see it; columns of which nothing is known are left out. */
export function dayTable(report: Report, verbose: boolean): Table<SpentLine> {
  const { by, rows, total } = report;
  const isOfUsers = by === 'user';
  const isOfJournal = report.source === 'journal';
  return {
    title: by,
    rows: rows.length === 0 ? [] : [...toLines(report), ...unseenLine(report)],
    columns: [
      ...when(verbose && isOfUsers && isOfJournal, UID_COLUMN),
      ...when(isOfJournal, { ...PROCESSES, title: 'processes', rank: 4 }),
      { ...CPU_SECONDS, title: 'CPU time', subtitle: 'h:m:s', rank: 2, ofUnseen: true },
      { ...UTIL_SECONDS, title: 'util-seconds', subtitle: '% × s', rank: 7 },
      { ...CREDITS, title: 'credits', subtitle: 'vCPU-min', rank: 0, ofUnseen: true },
      ...(isOfUsers ? budgetColumns(report) : [SHARE_COLUMN]),
      ...when(isOfJournal, capacityColumn(by)),
      ...when(verbose && total.unseenCpuMs !== null, UNSEEN_COLUMN),
      ...when(verbose && isOfJournal, UNCERTAIN_COLUMN),
      isOfUsers ? BUDGET_BAR : SHARE_BAR,
    ],
  };
}

function when<Each>(isShown: boolean, ...shown: Each[]): Each[] {
  return isShown ? shown : [];
}

const UID_COLUMN = column<SpentLine>('uid', 'id', { rank: 8 }, ({ row }) => row?.uid);

function budgetColumns({ commonBudgetCpuMs, projectionFactor }: Report): Column<SpentLine>[] {
  const isOver = ({ row }: SpentLine) => row !== undefined && budgetPercent(row) > 100;
  const isOverAtEnd = ({ row }: SpentLine) =>
    row !== undefined && budgetPercent(row) * (projectionFactor ?? 0) > 100;
  const atEnd = { title: 'at end', subtitle: '%', rank: 6, isAlarming: isOverAtEnd };
  return [
    ...when(commonBudgetCpuMs === null, ALLOWED_COLUMN),
    { ...OF_BUDGET, title: 'budget', subtitle: '%', rank: 1, isAlarming: isOver },
    { ...LEFT_COLUMN, isAlarming: isOver },
    ...when(projectionFactor !== null, { ...PROJECTED, ...atEnd }),
  ];
}

const ALLOWED_COLUMN = column<SpentLine>(
  'allowed',
  'number',
  { subtitle: 'credits', rank: 4 },
  ({ row }) => row && credits(row.budgetCpuMs),
);

const LEFT_COLUMN = column<SpentLine>(
  'left',
  'credits',
  { subtitle: 'credits', rank: 3 },
  ({ row }) => row && cpuMsLeft(row),
);

const BUDGET_BAR: Column<SpentLine> = { ...OF_BUDGET, title: 'of budget', rank: 5, drawing: 'bar' };

const SHARE_COLUMN = column('share', 'percent', { subtitle: '%', rank: 1 }, shareOfTotal);

const SHARE_BAR = column<SpentLine>('of total', 'percent', { rank: 5, drawing: 'bar' }, (line) =>
  line.kind === 'total' ? undefined : shareOfTotal(line),
);

function shareOfTotal({ spent, report: { total } }: SpentLine): number {
  return percentOf(spent.cpuMs, total.cpuMs);
}

/** Of a host it is what matters. */
function capacityColumn(by: Grouping): Column<SpentLine> {
  const isOfHost = by === 'host';
  const title = isOfHost ? 'capacity' : 'host';
  return { ...OF_CAPACITY, title, subtitle: '%', rank: isOfHost ? 0 : 6 };
}

const UNSEEN_COLUMN = column<SpentLine>(
  'unseen',
  'cpuTime',
  { subtitle: 'h:m:s', rank: 9 },
  ({ spent: { unseenCpuMs } }) => (unseenCpuMs === 0 ? undefined : unseenCpuMs),
);

const UNCERTAIN_COLUMN = column<SpentLine>(
  '±',
  'text',
  { subtitle: 's', rank: 2 },
  ({ spent: { cpuMs, range } }) => range && formatUncertainty(cpuMs, range),
);

/** `0.53`; where it is not the same either way `−0.20 +1.10`. */
function formatUncertainty(cpuMs: number, { leastMs, mostMs }: CpuRange): string {
  const below = decimal(cpuSeconds(cpuMs - leastMs));
  const above = decimal(cpuSeconds(mostMs - cpuMs));
  return below === above ? above : `−${below} +${above}`;
}
