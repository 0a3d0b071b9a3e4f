import { toCalendarDay } from '../../shared/days.js';
import { count } from '../../shared/numbers.js';
import type { HourUsage } from '../data/hours.js';
import { findOnlyUser, type JournalReport } from '../models/day.js';
import { averagePercent, type LifecycleRow, type Lifecycles } from '../models/lifecycles.js';
import {
  column,
  type Column,
  toDocument,
  type DocumentType,
  field,
  type Field,
  type Line,
  list,
  type Member,
  objectOrNull,
  type Sheet,
  type Table,
  type View,
} from '../view.js';
import { formatShortMoment, formatStart } from './date-format.js';
import { TOTAL } from './day-rows.js';
import {
  CPU_SECONDS,
  CREDITS,
  formatCommand,
  OTHERS_COUNT,
  UTIL_SECONDS,
  toHostSheet,
} from './facts.js';
import { reportHeading } from './heading.js';
import { USAGE_BY_HOUR, JOURNAL_FACTS, RECORDER } from './report-facts.js';
import { emptyNotes, reportNotes, verboseNotes } from './report-notes.js';

/** The costliest processes of the period. */
export interface ProcessList extends JournalReport {
  lifecycles: Lifecycles;
}

export interface Processes extends ProcessList {
  /** What each user spent in each hour; empty unless the format is JSON. */
  usageByHour: HourUsage[];
}

/** A process by its command, those that are not shown, or all. */
export interface ProcessLine extends Line {
  /** How many processes it stands for. */
  rows: number;
  /** In brackets where it stands for several. */
  user: string;
  cpuMs: number;
  unseenCpuMs: number | null;
  /** Undefined where it stands for several. */
  row?: LifecycleRow;
}

export function ofProcess(
  name: string,
  unit: Field<ProcessLine>['unit'],
  value: Field<LifecycleRow>['value'],
  about: string,
  more: { nullable?: true } = {},
): Field<ProcessLine> {
  return field<ProcessLine>(name, unit, ({ row }) => row && value(row), about, more);
}

const PID = ofProcess(
  'pid',
  'id',
  ({ pid }) => pid,
  'Process id; another process may have had it before or after.',
);
const USER = field<ProcessLine>(
  'user',
  'text',
  ({ user }) => user,
  'Name of its effective user, as last seen in the period.',
);
const UID = ofProcess('uid', 'id', ({ uid }) => uid, 'Numeric id of the effective user.');
const PROGRAM = ofProcess(
  'program',
  'text',
  ({ program }) => program,
  'The program: what was named to the recorder, or the folded name of the process.',
);
const COMMAND = ofProcess(
  'command',
  'text',
  ({ command }) => command,
  'The command as ps prints it.',
);
const STARTED = ofProcess(
  'started',
  'moment',
  ({ startedMs }) => startedMs,
  'When it started; this may be before the period.',
);
const ENDED = ofProcess(
  'ended',
  'moment',
  ({ endedMs }) => endedMs,
  'When it ended. Null if it was alive at the end of the period or, with --at, if it is still alive.',
  { nullable: true },
);
const DURATION = ofProcess(
  'durationSeconds',
  'duration',
  ({ durationMs }) => durationMs,
  'Seconds of the period in which it was alive, at most until the last sample.',
);
const AVERAGE = ofProcess(
  'cpuPercent',
  'percent',
  averagePercent,
  'Average CPU utilisation: 100 × CPU time ÷ duration, in per cent of one vCPU. Null where it has no duration.',
  { nullable: true },
);
const ESTIMATED = ofProcess(
  'estimated',
  'flag',
  ({ estimated }) => estimated,
  'Whether some of its CPU time was spread over a gap.',
);
const UNSEEN = field<ProcessLine>(
  'unseenCpuSeconds',
  'cpuTime',
  ({ unseenCpuMs }) => unseenCpuMs,
  'The part of cpuSeconds that no sample showed: that of its children.',
);

/** What only a single process has. */
export const PROCESS = [PROGRAM, COMMAND, PID, STARTED, ENDED, DURATION, AVERAGE, ESTIMATED];
export const SPENT = [CPU_SECONDS, UTIL_SECONDS, CREDITS, UNSEEN];

/** @param more fields of each process */
export function listLifecycles(more: readonly Field<ProcessLine>[] = []): Member<ProcessList>[] {
  return [
    field<ProcessList>(
      'prunedUntil',
      'moment',
      ({ lifecycles }) => lifecycles.prunedUntilMs,
      'Single records from before this time were pruned: their processes are missing from the list. Their CPU time is in the total, but not with --at. Null where nothing of the period was pruned.',
      { nullable: true },
    ),
    list(
      'lifecycles',
      'Processes that used CPU time in the period, the costliest first; CPU time and duration are those within it.',
      [USER, UID, ...PROCESS, ...more, ...SPENT],
      ({ lifecycles }: ProcessList) => lifecycles.shown.map(toLine),
    ),
    objectOrNull(
      'others',
      'The sum of the processes beyond --top or beyond the first 100,000; null where there are none.',
      [OTHERS_COUNT, ...SPENT],
      othersLine,
    ),
  ];
}

export const PROCESSES: DocumentType<Processes> = {
  view: 'lifecycles',
  command: 'psusage report --by process --format json',
  about: 'The costliest processes of a day or a range of days.',
  members: [...JOURNAL_FACTS, ...listLifecycles(), USAGE_BY_HOUR, TOTAL, RECORDER],
};

/** The costliest processes; in CSV a line each, then one for those that are not shown and one for the total. */
export function processesView(processes: Processes, verbose: boolean): View {
  return {
    timeZone: processes.period.timeZone,
    document: toDocument(PROCESSES, processes),
    sheet: processSheet(processes),
    screen: () => ({
      heading: reportHeading(processes),
      tables: [processTable(processes)],
      notes: [
        ...prunedNote(processes),
        ...(processes.rows.length === 0
          ? emptyNotes(processes, {})
          : reportNotes(processes, false)),
        ...(verbose ? verboseNotes(processes) : []),
      ],
    }),
  };
}

/** @param more fields of each process */
export function processSheet(
  processes: ProcessList,
  more: readonly Field<ProcessLine>[] = [],
): Sheet {
  return toHostSheet(processes, [USER, UID, ...PROCESS, ...more, ...SPENT], toLines(processes));
}

function toLines(processes: ProcessList): ProcessLine[] {
  const { lifecycles } = processes;
  const others = othersLine(processes);
  return [
    ...lifecycles.shown.map(toLine),
    ...(others === null ? [] : [others]),
    totalLine(processes),
  ];
}

export function totalLine({ total }: ProcessList): ProcessLine {
  const { cpuMs, unseenCpuMs } = total;
  const rows = total.processes ?? 0;
  return { kind: 'total', label: 'total', rows, user: '(total)', cpuMs, unseenCpuMs };
}

export function toLine(row: LifecycleRow): ProcessLine {
  const { command, user, cpuMs, unseenCpuMs } = row;
  const label = formatCommand(command);
  return { kind: 'row', label, rows: 1, user, cpuMs, unseenCpuMs, row };
}

export function othersLine({ lifecycles: { others } }: ProcessList): ProcessLine | null {
  if (others === null) return null;
  return { kind: 'others', label: `(others: ${count(others.rows)})`, user: '(others)', ...others };
}

/** As long as `(others: 1,234,567)`: the kernel's names are whole, and so is the number of those that are not shown. */
const LEAST_LABEL_LENGTH = 19;

/** @param more columns behind the start of each process */
export function processTable(
  processes: ProcessList,
  more: readonly Column<ProcessLine>[] = [],
): Table<ProcessLine> {
  const { period, lifecycles } = processes;
  const rows = lifecycles.shown.length === 0 ? [] : toLines(processes);
  const hasUnseen = rows.some(({ unseenCpuMs }) => (unseenCpuMs ?? 0) > 0);
  return {
    title: 'process',
    rows,
    minLabelLength: LEAST_LABEL_LENGTH,
    columns: [
      { ...PID, title: 'pid', rank: 1 },
      ...(findOnlyUser(processes) === null ? [USER_COLUMN] : []),
      { ...PROGRAM, title: 'program', rank: 7, canBeCut: true },
      column(
        'started',
        'text',
        { rank: 3 },
        ({ row }) => row && formatStart(row.startedMs, period),
      ),
      ...more,
      { ...DURATION, isExact: true, title: 'duration', rank: 4 },
      { ...AVERAGE, title: 'of one vCPU', rank: 2 },
      { ...CPU_SECONDS, isExact: true, title: 'CPU time', rank: 5 },
      ...(hasUnseen ? [SHORT_LIVED_COLUMN] : []),
      { ...CREDITS, title: 'credits', rank: 0 },
    ],
  };
}

const USER_COLUMN = column<ProcessLine>(
  'user',
  'text',
  { rank: 0, canBeCut: true },
  ({ row }) => row?.user,
);

const SHORT_LIVED_COLUMN = column<ProcessLine>(
  'short-lived',
  'cpuTime',
  { rank: 6, isExact: true },
  ({ unseenCpuMs }) => (unseenCpuMs === 0 ? undefined : unseenCpuMs),
);

/** What the list of processes lacks: by day where that is the whole period, else by the minute. */
export function prunedNote(
  { period, lifecycles: { prunedUntilMs } }: ProcessList,
  consequence = 'their CPU time is in the total',
): string[] {
  if (prunedUntilMs === null) return [];
  const until =
    prunedUntilMs >= period.toMs
      ? toCalendarDay(prunedUntilMs, period.timeZone)
      : formatShortMoment(prunedUntilMs, period);
  return [`processes from before ${until} were pruned; ${consequence}`];
}
