import type { Span } from '../../shared/days.js';
import { capacityPercent, findOnlyUser, type JournalReport } from '../models/day.js';
import { type DayBucket, findBusiestHour } from '../models/time-buckets.js';
import {
  toDocument,
  type DocumentType,
  field,
  type Field,
  type Line,
  mapField,
  bindField,
  type Screen,
  toSheet,
  type Table,
  type View,
} from '../view.js';
import { dayTable, listRows, TOTAL } from './day-rows.js';
import { HOST, UID, USER } from './facts.js';
import { formatStanding, reportHeading } from './heading.js';
import {
  BUCKET_FIGURES,
  BUCKETS,
  CALENDAR,
  daysTable,
  BUCKET_FROM,
  type Hours,
  hoursTable,
  BUCKET_TO,
} from './hours.js';
import {
  listLifecycles,
  othersLine,
  PROCESS,
  type Processes,
  type ProcessLine,
  processTable,
  prunedNote,
  toLine,
} from './processes.js';
import { JOURNAL_FACTS, RECORDER } from './report-facts.js';
import { emptyNotes, RANGE_NOTE, reportNotes, verboseNotes } from './report-notes.js';

/** All about one user, or about several together. */
export interface UserDetails extends Hours, Processes {
  programs: JournalReport;
  commands: JournalReport;
  days: DayBucket[];
}

export const USER_DETAILS: DocumentType<UserDetails> = {
  view: 'user',
  command: 'psusage report --user <name> --format json',
  about: 'All about one user, or several whom a pattern names, in a day or a range of days.',
  members: [
    ...JOURNAL_FACTS,
    listRows('user', 'The row of the one user, or of each of several.', (user) => user),
    listRows('program', 'Their programs.', ({ programs }) => programs),
    listRows('command', 'Their commands.', ({ commands }) => commands),
    ...listLifecycles(),
    ...[BUCKETS, CALENDAR, TOTAL, RECORDER],
  ],
};

/** All about one user or several; in CSV a line for each program, command, hour, day and process, and for each of several users. */
export function userView(user: UserDetails, verbose: boolean): View {
  const whose = [USER, UID].map((each) => mapField(each, () => findOnlyUser(user)));
  return {
    timeZone: user.period.timeZone,
    document: toDocument(USER_DETAILS, user),
    sheet: toSheet(
      [bindField(HOST, user), BUCKET_FROM, BUCKET_TO, ...whose, ...PART],
      partLines(user),
    ),
    screen: () => toScreen(user, verbose),
  };
}

/** A line of CSV; the lines of each part add up to the CPU time of all of them. */
interface PartLine extends Span {
  part: 'user' | 'program' | 'command' | 'hour' | 'day' | 'process';
  /** Null where it has none. */
  name: string | null;
  cpuMs: number;
  recordedMs?: number;
  capacityPercent?: number | null;
  unseenCpuMs?: number | null;
  process?: ProcessLine;
}

const PART: Field<PartLine>[] = [
  field('part', 'text', ({ part }) => part, 'What the line shows.'),
  field('name', 'text', ({ name }) => name, 'Which user, program, command or day.'),
  ...PROCESS.map((each) => mapField(each, ({ process }: PartLine) => process)),
  ...BUCKET_FIGURES,
  field('unseenCpuSeconds', 'cpuTime', ({ unseenCpuMs }) => unseenCpuMs, 'As for a process.'),
];

function partLines(user: UserDetails): PartLine[] {
  const { programs, commands, buckets, days, lifecycles, period } = user;
  const { fromMs, toMs } = period;
  const others = othersLine(user);
  return [
    ...(findOnlyUser(user) === null ? rowParts('user', user) : []),
    ...rowParts('program', programs),
    ...rowParts('command', commands),
    ...buckets.map((hour): PartLine => ({ part: 'hour', name: null, ...hour })),
    ...days.map((day): PartLine => ({ part: 'day', name: day.day, ...day })),
    ...lifecycles.shown.map((row) => processPart(null, toLine(row))),
    ...(others === null ? [] : [processPart('(others)', others)]),
  ];

  function processPart(name: string | null, process: ProcessLine): PartLine {
    const { cpuMs, unseenCpuMs } = process;
    return { part: 'process', name, fromMs, toMs, cpuMs, unseenCpuMs, process };
  }
}

function rowParts(part: 'user' | 'program' | 'command', report: JournalReport): PartLine[] {
  const { fromMs, toMs } = report.period;
  return report.rows.map((row) => {
    const { name, cpuMs, unseenCpuMs } = row;
    return {
      part,
      name: part === 'user' ? row.key : name,
      fromMs,
      toMs,
      cpuMs,
      unseenCpuMs,
      capacityPercent: capacityPercent(row, report),
    };
  });
}

function toScreen(user: UserDetails, verbose: boolean): Screen {
  const { programs, commands, buckets, days, period } = user;
  const spent = period.days === 1 ? hoursTable(user, buckets) : daysTable(user, days);
  return {
    heading: [...reportHeading(user, findBusiestHour(buckets, user.untilMs)), formatStanding(user)],
    tables: [
      // One user's row is the total.
      withLines(
        dayTable(user, verbose),
        'row',
        ...(findOnlyUser(user) === null ? (['others', 'total'] as const) : []),
      ),
      withLines(dayTable(programs, verbose), 'row', 'others'),
      withLines(dayTable(commands, verbose), 'row', 'others'),
      ...(user.rows.length === 0 ? [] : [withLines(spent, 'row', 'gap')]),
      processTable(user),
    ],
    notes: [
      ...prunedNote(user),
      ...(user.rows.length === 0 ? emptyNotes(user, {}) : reportNotes(user, false)),
      ...(verbose ? [RANGE_NOTE, ...verboseNotes(user)] : []),
    ],
  };
}

/** The table with these kinds of lines alone. */
function withLines<Row extends Line>(table: Table<Row>, ...kinds: Line['kind'][]): Table<Row> {
  return { ...table, rows: table.rows.filter(({ kind }) => kinds.includes(kind)) };
}
