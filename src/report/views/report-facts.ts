import { utilSeconds } from '../../shared/units.js';
import type { HourUsage } from '../data/hours.js';
import {
  findOnlyUser,
  type JournalReport,
  type OnlyUsers,
  type Report,
  type ReportedRun,
  type ReportRow,
} from '../models/day.js';
import { field, type Field, list, type Member, object, objectOrNull } from '../view.js';
import {
  COVERAGE,
  DAYS,
  FROM,
  HOST,
  RECORDED_FIELDS,
  RENAMED_USERS,
  TIME_ZONE,
  TO,
  UID,
  USER,
  UTIL_SECONDS_PER_VCPU,
  VCPUS,
} from './facts.js';

/** What the documents of a day, its hours, its processes and of a user tell alike. */

const HOST_NAMES = field<Report>(
  'hostNames',
  'text',
  ({ hostNames }) => hostNames,
  'The hosts in the figures: that of the journal, or all that the database has records of.',
  { holds: 'list' },
);

interface OfUsers {
  onlyUsers: OnlyUsers | null;
}

export const ONLY_USER = objectOrNull(
  'onlyUser',
  'The one user whom all figures are of, the total too; null where they are of several users or of everybody.',
  [USER, UID],
  findOnlyUser,
);

export const ONLY_USERS = list(
  'onlyUsers',
  'The users whom all figures are of, the total too: one, or several whom a pattern names; empty where they are of everybody.',
  [USER, UID],
  ({ onlyUsers }: OfUsers) => onlyUsers?.rows ?? [],
);

const CAPACITY = field<Report>(
  'capacityUtilSeconds',
  'number',
  ({ capacityCpuMs }) => (capacityCpuMs === null ? null : utilSeconds(capacityCpuMs)),
  'Capacity of the host in the whole period: vCPUs × its real length, in util-seconds. Null when vcpus is.',
  { nullable: true },
);

const RUNS = list(
  'runs',
  'Runs of the recorder that took samples in the period, in order. Empty from a database.',
  [
    field<ReportedRun>('from', 'moment', ({ startedMs }) => startedMs, 'When it started.'),
    field<ReportedRun>('to', 'moment', ({ lastTickMs }) => lastTickMs, 'Its last sample.'),
    field<ReportedRun>('running', 'flag', ({ running }) => running, 'Whether it is still running.'),
    field<ReportedRun>(
      'programs',
      'text',
      ({ programs }) => programs,
      'Programs that were recorded; empty for every process.',
      { holds: 'list' },
    ),
    field<ReportedRun>(
      'users',
      'text',
      ({ users }) => users,
      'Users that were recorded; empty for all.',
      { holds: 'list' },
    ),
    field<ReportedRun>(
      'forks',
      'flag',
      ({ forks }) => forks,
      'Whether forks of matching processes were recorded too.',
    ),
    field<ReportedRun>(
      'visibility',
      'text',
      ({ visibility }) => visibility,
      'Which processes the kernel showed to the recorder: all, or only those of its own user.',
      { options: ['all', 'own'] },
    ),
    field<ReportedRun>('vcpus', 'count', ({ vcpus }) => vcpus, 'vCPUs of the host in this run.'),
  ],
  ({ runs }: Report) => runs,
);

/** What the document of a journal begins with. */
export const JOURNAL_FACTS: readonly Member<JournalReport>[] = [
  field<Report>(
    'source',
    'text',
    ({ source }) => source,
    'Source of the figures: always the journal of one host.',
    { options: ['journal'] },
  ),
  ...[HOST, HOST_NAMES, ONLY_USER, ONLY_USERS, FROM, TO, TIME_ZONE, DAYS, VCPUS],
  ...[UTIL_SECONDS_PER_VCPU, CAPACITY, COVERAGE, RENAMED_USERS, RUNS],
];

/** The same where it may be of a database, which knows less. */
export const REPORT_FACTS: readonly Member<Report>[] = [
  field<Report>(
    'source',
    'text',
    ({ source }) => source,
    'Source of the figures: the journal of one host, or a database that hosts ship to.',
    { options: ['journal', 'influx'] },
  ),
  field<Report>(
    'host',
    'text',
    ({ host }) => host,
    'The host that was recorded. Null from a database.',
    { nullable: true },
  ),
  ...[HOST_NAMES, ONLY_USER, ONLY_USERS, FROM, TO, TIME_ZONE, DAYS],
  {
    ...VCPUS,
    about:
      'vCPUs of the host, weighted by recorded time, so not always whole. Null when nothing was recorded, and from a database.',
  },
  ...[UTIL_SECONDS_PER_VCPU, CAPACITY],
  object(
    'coverage',
    'How much of the period so far was recorded. All of it is null from a database.',
    RECORDED_FIELDS.map(nullWithoutJournal),
    (report: Report) => report,
  ),
  ...[RENAMED_USERS, RUNS],
];

function nullWithoutJournal(known: Field<JournalReport>): Field<Report> {
  const value = (report: Report) => (report.source === 'journal' ? known.value(report) : null);
  return { ...known, nullable: true, value };
}

/** What recording itself has cost: with the total what the document of a report ends with. */
export const RECORDER = object(
  'recorder',
  'CPU time of psusage itself; not counted in any row.',
  [
    field<Report>(
      'cpuSeconds',
      'cpuTime',
      ({ recorderCpuMs }) => recorderCpuMs,
      'CPU time in seconds. Null from a database.',
      { nullable: true },
    ),
    field<Report>(
      'credits',
      'credits',
      ({ recorderCpuMs }) => recorderCpuMs,
      'CPU time in credits. Null from a database.',
      { nullable: true },
    ),
  ],
  (report: Report) => report,
);

/** An hour as the period has it, with what each row used in it. */
export interface HourOfRows {
  fromMs: number;
  cpuMsByRow: ReadonlyMap<string, number>;
}

/** What each row spent in an hour. */
export const SPENT_BY_ROW = field<HourOfRows>(
  'utilSeconds',
  'utilSeconds',
  ({ cpuMsByRow }) => cpuMsByRow,
  'Util-seconds by the name of the row, followed by the uid where two users share it; (others) is what --top leaves out. Rows that used nothing in the hour are left out.',
  { holds: 'map' },
);

export const HOURS_ABOUT =
  'The hours of the period by the wall clock: 23 or 25 on days when clocks change.';

/** Hours that are only read for JSON. */
export const USAGE_BY_HOUR = list(
  'hours',
  HOURS_ABOUT,
  [field<HourOfRows>('from', 'moment', ({ fromMs }) => fromMs, 'Start of the hour.'), SPENT_BY_ROW],
  ({ usageByHour, rows }: { usageByHour: readonly HourUsage[]; rows: readonly ReportRow[] }) => {
    const keys = keysById(rows);
    return usageByHour.map((hour) => ({ fromMs: hour.fromMs, cpuMsByRow: spentByRow(hour, keys) }));
  },
);

/** The key of the rows that `--top` leaves out. */
const OTHERS_KEY = '(others)';

export function keysById(rows: readonly ReportRow[]): ReadonlyMap<number, string> {
  return new Map(rows.map(({ id, key }) => [id, key]));
}

/** What was spent in an hour, by the key of each row. */
export function spentByRow(
  { cpuMs }: HourUsage,
  keys: ReadonlyMap<number, string>,
): ReadonlyMap<string, number> {
  const byKey = new Map<string, number>();
  for (const [id, spentMs] of cpuMs) {
    const key = keys.get(id) ?? OTHERS_KEY;
    byKey.set(key, (byKey.get(key) ?? 0) + spentMs);
  }
  return byKey;
}
