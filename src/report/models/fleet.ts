import { listHours, type Period } from '../../shared/days.js';
import { QUARTER_HOUR_MS } from '../../shared/units.js';
import type { HourUsage } from '../data/hours.js';
import type { Sum, Tag } from '../data/influx/database.js';
import type { Received } from '../data/influx/receive.js';
import { areGiven, resolveAmounts, commonBudget, cpuMsIn, ONE_VCPU } from './budgets.js';
import {
  addUpOthers,
  cutRows,
  type FleetReport,
  type ReportRow,
  type RowOptions,
  toStanding,
} from './day.js';
import { addUp } from './spent.js';

/** How the figures of a database are to be shown. */
export interface FleetOptions extends RowOptions {
  by: Tag;
  period: Period;
  nowMs: number;
  destination: string;
}

/** The report on a period, from what a database has received for it. Pure. */
export function summariseFleet(received: Received, options: FleetOptions): FleetReport {
  const { by, period, nowMs, sort, top, destination, budgets } = options;
  const rows = toRows(received, options);
  const { shown, others } = cutRows(rows, sort, top ?? rows.length);
  const total = addUp(rows);
  return {
    source: 'influx',
    destination,
    hostNames: received.hostNames,
    by,
    period,
    untilMs: Math.max(period.fromMs, Math.min(nowMs, period.toMs)),
    rows: shown,
    others: addUpOthers(others),
    commonBudgetCpuMs: commonBudget(
      rows.map(({ budgetCpuMs }) => budgetCpuMs),
      cpuMsIn(budgets.others, period),
    ),
    budgetsAreGiven: areGiven(budgets),
    standing: toStanding(rows, null),
    // Of no rows everything is known, but a report is of the same form with them and without.
    total: {
      ...total,
      processes: null,
      range: null,
      recordedCpuMs: null,
      unseenCpuMs: received.unseen === undefined ? null : total.unseenCpuMs,
    },
    ...{ host: null, onlyUsers: null, vcpus: null, coverage: null },
    ...{ capacityCpuMs: null, recordedCapacityCpuMs: null },
    ...{ recorderCpuMs: null, projectionFactor: null, runs: [], renamed: [] },
  };
}

/**
 * The hours of the period as a clock on the wall shows them, with what each row used in them.
 *
 * @param sums of stretches that begin at quarter-hours and lie in one hour each
 */
export function toHours(sums: readonly Sum[], period: Period): HourUsage[] {
  const ids = numberNames(sums);
  const hourAt = new Map<number, HourUsage>();
  const hours = listHours(period).map(({ fromMs, toMs }) => {
    const hour: HourUsage = { fromMs, cpuMs: new Map() };
    for (let ms = fromMs; ms < toMs; ms += QUARTER_HOUR_MS) hourAt.set(ms, hour);
    return hour;
  });
  for (const { name, fromMs, cpuMs } of sums) {
    const hour = hourAt.get(fromMs);
    const id = ids.get(name);
    if (hour === undefined || id === undefined || cpuMs === 0) continue;
    hour.cpuMs.set(id, (hour.cpuMs.get(id) ?? 0) + cpuMs);
  }
  return hours;
}

function toRows({ cpuTime, unseen }: Received, { by, period, budgets }: FleetOptions): ReportRow[] {
  const cpuMs = byName(cpuTime);
  const unseenMs = unseen === undefined ? undefined : byName(unseen);
  const users = [...numberNames(cpuTime)].map(([name, id]) => ({ id, uid: null, name }));
  const findAmount = resolveAmounts(budgets, users);
  return users.map((user) => ({
    ...user,
    key: user.name,
    processes: null,
    cpuMs: cpuMs.get(user.name) ?? 0,
    unseenCpuMs: unseenMs === undefined ? null : (unseenMs.get(user.name) ?? 0),
    recordedCpuMs: null,
    range: null,
    budgetCpuMs: cpuMsIn(by === 'user' ? findAmount(user) : ONE_VCPU, period),
  }));
}

/** A number for each name, the same for the same sums. */
function numberNames(sums: readonly Sum[]): Map<string, number> {
  const ids = new Map<string, number>();
  for (const { name } of sums) if (!ids.has(name)) ids.set(name, ids.size);
  return ids;
}

function byName(sums: readonly Sum[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const { name, cpuMs } of sums) all.set(name, (all.get(name) ?? 0) + cpuMs);
  return all;
}
