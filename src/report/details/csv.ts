import { isoWithOffset } from '../../shared/days.js';
import { cpuSeconds, credits, MS_PER_SECOND, utilSeconds } from '../../shared/units.js';
import { type Cell, csvText } from '../formats/csv.js';
import type { JournalReport, ReportRow } from '../report.js';
import { amountsOf, rounded } from '../rounded.js';
import type { Span } from '../data/spans.js';
import type { Details, LifecycleRow, LifecyclesView, TimeBucket, UserView } from './details.js';
import { averagePercent } from './lifecycles.js';

const PROCESS = [
  ...['program', 'command', 'pid', 'started', 'ended', 'duration_seconds', 'cpu_percent'],
  'estimated',
];
const NO_PROCESS: Cell[] = PROCESS.map(() => null);
const SPENT = ['cpu_seconds', 'util_seconds', 'credits'];

/**
 * The view as CSV with a header. Hours have a line each, without figures where nothing was recorded.
 * Processes have a line each, then one for those that are not shown and one for the total, whose names in
 * brackets are no users. A user has a line for each program, command, hour, day and process: `part` says
 * which, and the lines of each part add up to the user's CPU time.
 */
export function renderDetailsCsv(details: Details): string {
  return csvText(recordsOf(details));
}

function recordsOf(details: Details): Cell[][] {
  switch (details.kind) {
    case 'hours':
      return [
        ['host', 'from', 'to', ...USER_NAMES, 'recorded_seconds', ...SPENT, 'capacity_percent'],
        ...details.hours.map((hour) => [
          ...placeOf(details.report, hour),
          ...userCells(details.report.onlyUser),
          ...bucketCells(hour),
        ]),
      ];
    case 'lifecycles':
      return processRecords(details);
    case 'user':
      return userRecords(details);
  }
}

const USER_NAMES = ['user', 'uid'];

function placeOf({ host, period }: JournalReport, { fromMs, toMs }: Span): Cell[] {
  const [from, to] = [fromMs, toMs].map((ms) => isoWithOffset(ms, period.timeZone));
  return [host, from ?? null, to ?? null];
}

/** Empty where the figures are of everybody. */
function userCells(row: ReportRow | null): Cell[] {
  return row === null ? [null, null] : [row.name, row.uid];
}

function bucketCells({ recordedMs, cpuMs, capacityPercent }: TimeBucket): Cell[] {
  const spent = cpuMs === null ? SPENT.map(() => null) : spentCells(cpuMs);
  return [recordedMs / MS_PER_SECOND, ...spent, rounded(capacityPercent)];
}

function spentCells(cpuMs: number): Cell[] {
  return [cpuSeconds(cpuMs), utilSeconds(cpuMs), rounded(credits(cpuMs))];
}

function processRecords({ report, lifecycles }: LifecyclesView): Cell[][] {
  const place = placeOf(report, report.period);
  const { shown, others } = lifecycles;
  const { cpuMs, unseenCpuMs } = report.total;
  const line = (whose: Cell[], process: Cell[], spentMs: number, unseenMs: number | null) => [
    ...[...place, ...whose, ...process, ...spentCells(spentMs)],
    unseenMs === null ? null : cpuSeconds(unseenMs),
  ];
  return [
    ['host', 'from', 'to', ...USER_NAMES, ...PROCESS, ...SPENT, 'unseen_cpu_seconds'],
    ...shown.map((row) =>
      line([row.user, row.uid], processCells(row, report), row.cpuMs, row.unseenCpuMs),
    ),
    ...(others === null
      ? []
      : [line(['(others)', null], NO_PROCESS, others.cpuMs, others.unseenCpuMs)]),
    line(['(total)', null], NO_PROCESS, cpuMs, unseenCpuMs),
  ];
}

function processCells(row: LifecycleRow, { period }: JournalReport): Cell[] {
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  return [
    ...[row.program, row.command, row.pid, iso(row.startedMs)],
    row.endedMs === null ? null : iso(row.endedMs),
    ...[row.durationMs / MS_PER_SECOND, rounded(averagePercent(row)), Number(row.estimated)],
  ];
}

function userRecords(details: UserView): Cell[][] {
  const { report, programs, commands, hours, days, lifecycles } = details;
  const { period, onlyUser } = report;
  const whole = [...placeOf(report, period), ...userCells(onlyUser)];
  const partLine = (part: TimeBucket, kind: string, name: Cell) => [
    ...[...placeOf(report, part), ...userCells(onlyUser), kind, name, ...NO_PROCESS],
    ...bucketCells(part),
    null,
  ];
  const sumLine = (kind: string, of: JournalReport) => (row: ReportRow) => {
    const amounts = amountsOf(row, of);
    return [
      ...[...whole, kind, row.name, ...NO_PROCESS, null],
      ...[...spentCells(row.cpuMs), amounts.capacityPercent, amounts.unseenCpuSeconds],
    ];
  };
  const processLine = (row: LifecycleRow) => [
    ...[...whole, 'process', null, ...processCells(row, report), null],
    ...[...spentCells(row.cpuMs), null, cpuSeconds(row.unseenCpuMs)],
  ];
  return [
    [
      ...['host', 'from', 'to', ...USER_NAMES, 'part', 'name', ...PROCESS, 'recorded_seconds'],
      ...[...SPENT, 'capacity_percent', 'unseen_cpu_seconds'],
    ],
    ...programs.rows.map(sumLine('program', programs)),
    ...commands.rows.map(sumLine('command', commands)),
    ...hours.map((hour) => partLine(hour, 'hour', null)),
    ...days.map((day) => partLine(day, 'day', day.day)),
    ...lifecycles.shown.map(processLine),
    ...otherProcesses(),
  ];

  function otherProcesses(): Cell[][] {
    const { others } = lifecycles;
    if (others === null) return [];
    return [
      [
        ...[...whole, 'process', '(others)', ...NO_PROCESS, null],
        ...[...spentCells(others.cpuMs), null, cpuSeconds(others.unseenCpuMs)],
      ],
    ];
  }
}
