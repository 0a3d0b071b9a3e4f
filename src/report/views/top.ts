import { plural, rounded } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { budgetPercent, isOver, recordedPercent, type ReportRow } from '../models/day.js';
import type { LivingProcess, Top } from '../top/read-top.js';
import {
  column,
  type DocumentType,
  field,
  type Line,
  list,
  mapField,
  type Table,
  toDocument,
  type View,
} from '../view.js';
import { formatSecond, formatStart } from './date-format.js';
import { HOST, UID, USER, VCPUS } from './facts.js';
import { visibilityLines } from './notes.js';
import { formatSelection, isSelective } from './selection.js';

interface UserLine extends Line {
  top: Top;
  row: ReportRow;
}

interface ProcessLine extends Line {
  top: Top;
  process: LivingProcess;
}

const NOW =
  'In per cent of one vCPU, averaged over the last seconds. Null before the second reading.';

const USER_NOW = field<UserLine>(
  'nowPercent',
  'percent',
  ({ top, row }) => top.rateOf(row.id),
  NOW,
  {
    nullable: true,
  },
);
const PROCESS_NOW = field<ProcessLine>(
  'nowPercent',
  'percent',
  ({ top, process }) => top.rateOf(process.processId),
  NOW,
  { nullable: true },
);
const CREDITS = field<UserLine>('credits', 'credits', ({ row }) => row.cpuMs, 'Spent today.');
const OF_HOST = field<UserLine>(
  'recordedCapacityPercent',
  'percent',
  ({ top, row }) => recordedPercent(row, top.report),
  'Per cent of what the host could spend today while it was recorded; null as vcpus.',
  { nullable: true },
);
const OF_BUDGET = field<UserLine>(
  'budgetPercent',
  'percent',
  ({ row }) => budgetPercent(row),
  'Per cent of the day’s budget that is spent, above 100 when over it. Without budgets each user has one vCPU.',
);
const PROCESS_CPU = field<ProcessLine>(
  'cpuSeconds',
  'cpuTime',
  ({ process }) => process.cpuMs,
  'CPU time since the process started, with that of the children it has waited for and nobody followed.',
);

export const TOP: DocumentType<Top> = {
  view: 'top',
  command: 'psusage top --format json',
  about: 'Who uses the CPU now, and what each user has spent today.',
  members: [
    mapField(HOST, ({ report }: Top) => report),
    field<Top>('at', 'moment', ({ nowMs }) => nowMs, 'When it was read.'),
    mapField(VCPUS, ({ report }: Top) => report),
    field<Top>('recording', 'flag', ({ silence }) => silence === undefined, 'Whether it goes on.'),
    field<Top>(
      'nowPercent',
      'percent',
      ({ nowPercent }) => nowPercent,
      `All users together. ${NOW}`,
      {
        nullable: true,
      },
    ),
    list<Top, UserLine>(
      'users',
      'Whoever has spent something today. Not with --user.',
      [
        ...[USER, UID].map((each) => mapField(each, ({ row }: UserLine) => row)),
        ...[USER_NOW, CREDITS, OF_HOST, OF_BUDGET],
      ],
      (top) => (top.user === undefined ? userLines(top) : undefined),
    ),
    list<Top, ProcessLine>(
      'processes',
      'With --user: the user’s processes that live now.',
      [
        field<ProcessLine>('pid', 'id', ({ process }) => process.pid, 'Process id.'),
        field<ProcessLine>('program', 'text', ({ process }) => process.program, 'The program.'),
        field<ProcessLine>('command', 'text', ({ process }) => process.command, 'As ps prints it.'),
        field<ProcessLine>('started', 'moment', ({ process }) => process.startedMs, 'Its start.'),
        ...[PROCESS_NOW, PROCESS_CPU],
      ],
      (top) => top.user && processLines(top),
    ),
  ],
  variants: [['users'], ['processes']],
};

/** What of the rows is on a screen. */
export interface TopLook {
  /** The id of the row that is chosen; undefined where nothing can be chosen. */
  chosen: number | undefined;
  /** How many rows are above the screen, and how many have room in it. */
  above: number;
  room: number;
  /** Said below the head. */
  notice: string | undefined;
}

export function topView(top: Top, look: TopLook): View {
  const { notice } = look;
  const { timeZone } = top.report.period;
  return {
    timeZone,
    document: toDocument(TOP, top),
    screen: () => ({
      heading: [
        [top.report.host, formatSecond(top.nowMs, timeZone), ...whose(top)],
        formatNow(top),
        ...limits(top).map((line) => [line]),
        ...(notice === undefined ? [] : [[notice]]),
        ...(top.silence === undefined ? [] : [[`not recording: ${top.silence}`]]),
      ],
      tables: [top.user === undefined ? usersTable(top, look) : processesTable(top, look)],
      notes: rankRows(top).length > 0 ? [] : [formatNone(top)],
    }),
  };
}

function whose({ user }: Top): string[] {
  return user === undefined ? [] : [`only ${user.name}`];
}

/** `2 vCPUs: 57.3 % used now · 12.3 credits today` */
function formatNow({ report, nowPercent, silence }: Top): string[] {
  const { vcpus, total } = report;
  const today = `${rounded(credits(total.cpuMs))} credits today`;
  if (vcpus === null || silence !== undefined) return [today];
  const now = nowPercent === null ? 'measuring' : `${rounded(nowPercent / vcpus)} % used now`;
  return [`${plural(vcpus, 'vCPU')}: ${now}`, today];
}

/** What the recorder leaves out, or can't see. */
function limits({ run }: Top): string[] {
  if (run === null) return [];
  const selection = isSelective(run) ? [`processes recorded: ${formatSelection(run)}`] : [];
  return [...selection, ...visibilityLines([run])];
}

function formatNone({ user }: Top): string {
  return user === undefined
    ? 'no CPU time was recorded today'
    : `no process of ${user.name} is recorded now`;
}

const OF_ONE_VCPU = 'of a vCPU';

function usersTable(top: Top, look: TopLook): Table<UserLine> {
  return {
    title: 'user',
    rows: shownLines(userLines(top), ({ row }) => row.id, look),
    columns: [
      { ...USER_NOW, title: 'now', subtitle: OF_ONE_VCPU, rank: 0 },
      { ...CREDITS, title: 'credits', subtitle: 'today', rank: 0 },
      { ...OF_HOST, title: 'of host', subtitle: 'today', rank: 2 },
      ...(top.report.budgetsAreGiven
        ? [
            column<UserLine>(
              'of budget',
              'percent',
              { subtitle: 'today', rank: 1, isAlarming: ({ row }) => isOver(row) },
              OF_BUDGET.value,
            ),
          ]
        : []),
    ],
  };
}

function processesTable(top: Top, look: TopLook): Table<ProcessLine> {
  const { period } = top.report;
  return {
    title: 'process',
    rows: shownLines(processLines(top), ({ process }) => process.processId, look),
    columns: [
      column('pid', 'id', { rank: 0 }, ({ process }) => process.pid),
      { ...PROCESS_NOW, title: 'now', subtitle: OF_ONE_VCPU, rank: 0 },
      { ...PROCESS_CPU, title: 'CPU time', rank: 1 },
      column('started', 'text', { rank: 2 }, ({ process }) =>
        formatStart(process.startedMs, period),
      ),
    ],
  };
}

function userLines(top: Top): UserLine[] {
  const lines = top.report.rows.map((row): UserLine => ({ kind: 'row', label: row.key, top, row }));
  const now = ({ row }: UserLine) => top.rateOf(row.id) ?? 0;
  return lines.sort((a, b) => now(b) - now(a));
}

function processLines(top: Top): ProcessLine[] {
  const lines = (top.user?.processes ?? []).map((process): ProcessLine => ({
    kind: 'row',
    label: process.command,
    top,
    process,
  }));
  const now = ({ process }: ProcessLine) => top.rateOf(process.processId) ?? 0;
  return lines.sort((a, b) => now(b) - now(a) || b.process.cpuMs - a.process.cpuMs);
}

function shownLines<L extends Line>(
  lines: readonly L[],
  idOf: (line: L) => number,
  { chosen, above, room }: TopLook,
): L[] {
  const mark = (line: L) => (idOf(line) === chosen ? '> ' : '  ');
  return lines
    .slice(above, above + room)
    .map((line) => (chosen === undefined ? line : { ...line, label: mark(line) + line.label }));
}

/** The ids of the users, or of the processes of one, in the order of the screen. */
export function rankRows(top: Top): number[] {
  return top.user === undefined
    ? userLines(top).map(({ row }) => row.id)
    : processLines(top).map(({ process }) => process.processId);
}
