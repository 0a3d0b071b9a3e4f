import type { Period } from '../../shared/days.js';
import { UTIL_SECONDS_PER_VCPU_DAY } from '../../shared/units.js';
import type { Coverage } from '../models/coverage.js';
import { isWholeHost, type RecorderRun } from '../data/runs.js';
import { findOnlyUser, type OnlyUsers } from '../models/day.js';
import type { RenamedUser } from '../models/users.js';
import {
  bindField,
  field,
  type Field,
  list,
  mapField,
  object,
  type Sheet,
  toSheet,
} from '../view.js';

/** What several documents tell of their host, their days, and how much of them was recorded. */

export const HOST = field<{ host: string }>(
  'host',
  'text',
  ({ host }) => host,
  'The host that was recorded: as the last run of the period names it, else as the options do.',
);

interface OfPeriod {
  period: Period;
}

export const FROM = field<OfPeriod>(
  'from',
  'moment',
  ({ period }) => period.fromMs,
  'Start of the period.',
);

export const TO = field<OfPeriod>(
  'to',
  'moment',
  ({ period }) => period.toMs,
  'End of the period, exclusive; it may be in the future.',
);

export const UNTIL = field<{ untilMs: number }>(
  'until',
  'moment',
  ({ untilMs }) => untilMs,
  'End of the time that the figures cover: the end of the period, or now.',
);

export const TIME_ZONE = field<OfPeriod>(
  'timeZone',
  'text',
  ({ period }) => period.timeZone,
  'IANA name of the time zone of the days.',
);

export const DAYS = field<OfPeriod>(
  'days',
  'count',
  ({ period }) => period.days,
  'Calendar days of the period; with --hours, those that the hours touch.',
);

export const VCPUS = field<{ vcpus: number | null }>(
  'vcpus',
  'number',
  ({ vcpus }) => vcpus,
  'vCPUs of the host, weighted by recorded time, so not always whole. Null when nothing was recorded in the period.',
  { nullable: true },
);

/** Lines of CSV, each behind the host and the days that it is of. */
export function toHostSheet<Row>(
  model: OfPeriod & { host: string },
  fields: readonly Field<Row>[],
  rows: readonly Row[],
): Sheet {
  const place = [HOST, FROM, TO].map((each) => bindField(each, model));
  return toSheet([...place, ...fields], rows);
}

interface Recorded {
  coverage: Coverage;
  runs: readonly RecorderRun[];
}

export const RECORDED_FIELDS = [
  field<Recorded>(
    'recordedSeconds',
    'duration',
    ({ coverage }) => coverage.recordedMs,
    'Seconds in which a recorder took samples.',
  ),
  field<Recorded>(
    'gapSeconds',
    'duration',
    ({ coverage }) => coverage.elapsedMs - coverage.recordedMs,
    'Seconds so far in which no sample was taken.',
  ),
  field<Recorded>(
    'gaps',
    'count',
    ({ coverage }) => coverage.gaps.length,
    'Stretches without a sample.',
  ),
  field<Recorded>(
    'complete',
    'flag',
    ({ coverage }) => coverage.complete,
    'Whether the time so far was recorded completely.',
  ),
  field<Recorded>(
    'coarseCpuTime',
    'flag',
    ({ runs }) => runs.some(({ precision }) => precision === 'pcpu'),
    'Whether ps showed the CPU time of old processes to a second, as procps 3.3 does, for all or a part of the time.',
  ),
  field<Recorded>(
    'unknownAges',
    'flag',
    ({ runs }) => runs.some(({ areAgesKnown }) => !areAgesKnown),
    'Whether ps could not tell how old processes are, for all or a part of the time: each process’s CPU time is known to a second, and its start is when it was first seen.',
  ),
];

export const COVERAGE = object(
  'coverage',
  'How much of the period so far was recorded.',
  RECORDED_FIELDS,
  (recorded: Recorded) => recorded,
);

export const RENAMED_USERS = list(
  'renamedUsers',
  'Uids that had several names in the period, because they were renamed or given to somebody else; each name has a row of its own. Of some users their uids alone, and not with --mine. Else empty where rows are not users.',
  [
    field<RenamedUser>('uid', 'id', ({ uid }) => uid, 'The uid.'),
    field<RenamedUser>(
      'names',
      'text',
      ({ names }) => names,
      'Its names, in the order in which they were first seen.',
      { holds: 'list' },
    ),
  ],
  ({ renamed }: { renamed: readonly RenamedUser[] }) => renamed,
);

export const USER = field<{ name: string }>(
  'user',
  'text',
  ({ name }) => name,
  'Name of the effective user.',
);

export const UID = field<{ uid?: number | null | undefined }>(
  'uid',
  'id',
  ({ uid }) => uid,
  'Numeric id of the effective user.',
);

/** In CSV of one user, whom no row names; empty where it is of several. */
export function whoseFields(report: { onlyUsers: OnlyUsers | null }): Field<unknown>[] {
  if (report.onlyUsers === null) return [];
  return [mapField(USER, () => findOnlyUser(report)), mapField(UID, () => findOnlyUser(report))];
}

export const OTHERS_COUNT = field<{ rows: number }>(
  'rows',
  'count',
  ({ rows }) => rows,
  'How many they are.',
);

/** @param consequence what follows where not everything could be seen */
export function wholeHost(consequence: string): Field<Recorded> {
  return field<Recorded>(
    'wholeHost',
    'flag',
    ({ runs }) => isWholeHost(runs),
    `Whether every process of the host was visible in the period; else ${consequence}.`,
  );
}

interface Spent {
  /** Null where nothing is known of it. */
  cpuMs: number | null;
}

export const CPU_SECONDS = field<Spent>(
  'cpuSeconds',
  'cpuTime',
  ({ cpuMs }) => cpuMs,
  'CPU time, user and system, in seconds; exact to the millisecond.',
);

export const UTIL_SECONDS = field<Spent>(
  'utilSeconds',
  'utilSeconds',
  ({ cpuMs }) => cpuMs,
  'CPU time in util-seconds: per cent of one vCPU × seconds, so 100 of them are a CPU-second; exact.',
);

export const CREDITS = field<Spent>(
  'credits',
  'credits',
  ({ cpuMs }) => cpuMs,
  'CPU time in credits: one is one vCPU at 100 % for a minute; to millionths.',
);

const PROGRAM = field<{ name: string }>(
  'program',
  'text',
  ({ name }) => name,
  'The program: what was named to the recorder, or the folded name of the process.',
);

/** A command as people read it: what the journal names by what no sample showed is named by what it was. */
export function formatCommand(command: string): string {
  return command === '(unseen)' ? '(short-lived)' : command;
}

const COMMAND = field<{ name: string }>(
  'command',
  'text',
  ({ name }) => name,
  'The command as ps prints it; (unseen) is what no sample showed.',
);

/** What tells rows apart. */
export const NAMES = { user: [USER, UID], program: [PROGRAM], command: [COMMAND] } as const;

export const UTIL_SECONDS_PER_VCPU = field<unknown>(
  'utilSecondsPerVcpuDay',
  'number',
  () => UTIL_SECONDS_PER_VCPU_DAY,
  'Util-seconds of one vCPU at 100 % for 24 hours.',
  { options: [UTIL_SECONDS_PER_VCPU_DAY] },
);
