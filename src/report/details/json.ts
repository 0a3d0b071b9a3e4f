import { isoWithOffset, type Period } from '../../shared/days.js';
import { cpuSeconds, credits, MS_PER_SECOND, utilSeconds } from '../../shared/units.js';
import { frameOf, rowsOf, textOf, totalsOf, utilSecondsByKey } from '../json.js';
import { rounded } from '../rounded.js';
import type {
  Details,
  HoursView,
  LifecycleRow,
  Lifecycles,
  LifecyclesView,
  TimeBucket,
  UserView,
} from './details.js';
import { averagePercent } from './lifecycles.js';

/**
 * The view as JSON: what each report begins and ends with, and between them what is asked for.
 *
 * `hours` is the list that each report has: `utilSeconds` by user, with the hour's own figures beside it where
 * hours are asked for; those are null where nothing was recorded of the hour. `lifecycles` are processes, the
 * costliest first, with CPU time and duration within the period. What is only in `unseenCpuSeconds` was a child's.
 * Of the time before `prunedUntil` they are not all there, and do not add up to the total; it is null where they do.
 * Of a user alone `users` has that one row, and `calendar` the days.
 */
export function renderDetailsJson(details: Details): string {
  const { report } = details;
  return textOf({
    ...frameOf(report),
    view: details.kind,
    ...figuresOf(details),
    ...totalsOf(report),
  });
}

function figuresOf(details: Details) {
  const { period } = details.report;
  switch (details.kind) {
    case 'hours':
      return { hours: hoursOf(details) };
    case 'lifecycles':
      return { ...lifecyclesOf(details.lifecycles, period), hours: sparseHoursOf(details) };
    case 'user':
      return {
        users: rowsOf(details.report),
        programs: rowsOf(details.programs),
        commands: rowsOf(details.commands),
        ...lifecyclesOf(details.lifecycles, period),
        hours: hoursOf(details),
        calendar: details.days.map((day) => ({ day: day.day, ...partOf(day, period) })),
      };
  }
}

function sparseHoursOf({ report, userHours }: LifecyclesView) {
  return userHours.map((hour) => ({
    from: isoWithOffset(hour.fromMs, report.period.timeZone),
    utilSeconds: utilSecondsByKey(hour, report.rows),
  }));
}

function hoursOf({ report, userHours, hours }: HoursView | UserView) {
  return userHours.map((hour, at) => {
    const part = hours[at];
    return {
      utilSeconds: utilSecondsByKey(hour, report.rows),
      ...(part === undefined ? {} : partOf(part, report.period)),
    };
  });
}

function partOf(
  { fromMs, toMs, recordedMs, cpuMs, capacityPercent }: TimeBucket,
  { timeZone }: Period,
) {
  return {
    from: isoWithOffset(fromMs, timeZone),
    to: isoWithOffset(toMs, timeZone),
    recordedSeconds: recordedMs / MS_PER_SECOND,
    cpuSeconds: cpuMs === null ? null : cpuSeconds(cpuMs),
    credits: cpuMs === null ? null : rounded(credits(cpuMs)),
    capacityPercent: rounded(capacityPercent),
  };
}

function lifecyclesOf({ shown, others, prunedUntilMs }: Lifecycles, { timeZone }: Period) {
  return {
    prunedUntil: prunedUntilMs === null ? null : isoWithOffset(prunedUntilMs, timeZone),
    lifecycles: shown.map((row) => ({ ...namesOf(row, timeZone), ...spentOf(row) })),
    others: others === null ? null : { rows: others.rows, ...spentOf(others) },
  };
}

function namesOf(row: LifecycleRow, timeZone: string) {
  const { pid, user, uid, program, command, startedMs, endedMs, durationMs, estimated } = row;
  return {
    ...{ pid, user, uid, program, command },
    started: isoWithOffset(startedMs, timeZone),
    ended: endedMs === null ? null : isoWithOffset(endedMs, timeZone),
    durationSeconds: durationMs / MS_PER_SECOND,
    cpuPercent: rounded(averagePercent(row)),
    estimated,
  };
}

function spentOf({ cpuMs, unseenCpuMs }: Pick<LifecycleRow, 'cpuMs' | 'unseenCpuMs'>) {
  return {
    cpuSeconds: cpuSeconds(cpuMs),
    utilSeconds: utilSeconds(cpuMs),
    credits: rounded(credits(cpuMs)),
    unseenCpuSeconds: cpuSeconds(unseenCpuMs),
  };
}
