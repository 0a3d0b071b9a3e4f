import type { Period } from '../../shared/days.js';
import { sum } from '../../shared/numbers.js';
import { MS_PER_HOUR } from '../../shared/units.js';
import { type Coverage, measureCoverage, isCovered, selectRuns, averageVcpus } from './coverage.js';
import { type Grouping, HOST_ID } from '../data/grouping.js';
import type { Recorded } from '../data/recorded.js';
import type { UnrecordedUsage } from '../data/unrecorded.js';
import type { KeyUsage } from '../data/usage.js';
import { joinKernelThreads, partTinyRows } from './condense.js';
import { areGiven, resolveAmounts, commonBudget, cpuMsIn, ONE_VCPU } from './budgets.js';
import {
  addUpOthers,
  cutRows,
  type JournalReport,
  type OnlyUsers,
  type ReportRow,
  type RowOptions,
  toStanding,
} from './day.js';
import { addUp, type CpuRange, sumRanges, measureRoomMs, withRanges } from './spent.js';
import { redactUsers, renamedUsers, sharedNames } from './users.js';

/** How the figures of a journal are to be shown. */
export interface DayOptions extends RowOptions {
  by: Grouping;
  /** Where the journal does not name it. */
  host: string;
  period: Period;
  nowMs: number;
  /**
   * Joins the kernel threads in one row, and leaves rows that round to nothing to the others, where the recorder was
   * given no programs. By default every row is by itself.
   */
  isCondensed?: boolean;
}

/** What was recorded, with what is certain of each key, and what of it was spent while it was recorded. */
type Ranged = Omit<Recorded, 'usage'> & { usage: (KeyUsage & KnownSpent)[] };

/** What a row has spent as the journal knows it: all of it. */
interface KnownSpent {
  processes: number;
  cpuMs: number;
  unseenCpuMs: number;
  recordedCpuMs: number;
  range: CpuRange;
}

/** The report on a period, of everybody or of these users. Pure. */
export function summariseDay(
  recorded: Recorded,
  options: DayOptions,
  onlyUsers?: OnlyUsers,
): JournalReport {
  const { by, period, nowMs } = options;
  const runs = selectRuns(recorded.runs, period, nowMs);
  const vcpus = averageVcpus(runs, period, nowMs);
  const host = runs.at(-1)?.host ?? options.host;
  const coverage = measureCoverage(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.elapsedMs;
  const soFar = { fromMs: period.fromMs, toMs: untilMs };
  const hostRoomMs = measureRoomMs(runs, recorded.sampled, soFar) - recorded.recorderCpuMs;
  const ofUsers = onlyUsers && addUp(onlyUsers.rows, hostRoomMs);
  const roomMs = ofUsers?.range?.mostMs ?? hostRoomMs;
  const unrecordedMs = sumByKey(recorded.unrecorded);
  const usage = withRanges(recorded.usage.map(withLiving), roomMs).map((key) => ({
    ...key,
    processes: countProcesses(key, recorded),
    recordedCpuMs: Math.max(0, key.cpuMs - (unrecordedMs.get(key.id) ?? 0)),
  }));
  const known = { ...recorded, usage };
  const all = toTotal(known, roomMs);
  const rows = by === 'host' ? hostRows(host, all, period) : toRows(known, options, onlyUsers);
  const isCondensed =
    options.isCondensed === true && runs.every(({ programs }) => programs.length === 0);
  const joined = isCondensed ? joinKernelThreads(rows, recorded.kernelPrograms, roomMs) : rows;
  const cut = cutRows(joined, options.sort, options.top ?? joined.length);
  const { large, tiny } = isCondensed ? partTinyRows(cut.shown) : { large: cut.shown, tiny: [] };
  const factor = projectionFactor(period, coverage);
  const budgets = rows.map(({ budgetCpuMs }) => budgetCpuMs);
  return {
    source: 'journal',
    host,
    hostNames: [host],
    by,
    onlyUsers: onlyUsers ?? null,
    period,
    untilMs,
    vcpus,
    capacityCpuMs: vcpus === null ? null : vcpus * (period.toMs - period.fromMs),
    recordedCapacityCpuMs: vcpus === null ? null : vcpus * coverage.recordedMs,
    coverage,
    renamed: onlyUsers?.renamed ?? (by === 'user' ? renamedUsers(rows) : []),
    runs: onlyUsers?.isPrivate === true ? redactUsers(runs, onlyUsers.rows) : runs,
    rows: [...large],
    others: addUpOthers([...cut.others, ...tiny], roomMs),
    commonBudgetCpuMs: commonBudget(budgets, cpuMsIn(options.budgets.others, period)),
    unrecorded: recorded.unrecorded,
    budgetsAreGiven: areGiven(options.budgets),
    standing: toStanding(onlyUsers?.rows ?? joined, factor),
    total: ofUsers ?? all,
    projectionFactor: factor,
    recorderCpuMs: recorded.recorderCpuMs,
  };

  function withLiving(key: KeyUsage): KeyUsage {
    return { ...key, uncertainMs: key.uncertainMs + (recorded.living.get(key.id) ?? 0) };
  }
}

function toRows(
  recorded: Ranged,
  { by, period, budgets }: DayOptions,
  onlyUsers: OnlyUsers | undefined,
): ReportRow[] {
  const shared = sharedNames(recorded.usage);
  const findAmount = resolveAmounts(budgets, recorded.usage);
  // Whom a budget names can't be told from the rows of some users alone.
  const known = new Map(onlyUsers?.rows.map((row) => [row.id, row.budgetCpuMs]));
  const findBudgetMs = (usage: Ranged['usage'][number]) =>
    by === 'user'
      ? (known.get(usage.id) ?? cpuMsIn(findAmount(usage), period))
      : cpuMsIn(ONE_VCPU, period);
  return recorded.usage
    .map((usage) => ({
      id: usage.id,
      uid: by === 'user' ? usage.uid : null,
      name: usage.name,
      key: by === 'user' && shared.has(usage.name) ? `${usage.name} (${usage.uid})` : usage.name,
      processes: usage.processes,
      cpuMs: usage.cpuMs,
      unseenCpuMs: usage.unseenCpuMs,
      recordedCpuMs: usage.recordedCpuMs,
      range: usage.range,
      budgetCpuMs: findBudgetMs(usage),
    }))
    .filter(hasSpent);
}

function hostRows(host: string, total: KnownSpent, period: Period): ReportRow[] {
  const budgetCpuMs = cpuMsIn(ONE_VCPU, period);
  const row = { id: HOST_ID, uid: null, name: host, key: host, ...total, budgetCpuMs };
  return [row].filter(hasSpent);
}

function sumByKey(unrecorded: readonly UnrecordedUsage[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { id, cpuMs } of unrecorded) sums.set(id, (sums.get(id) ?? 0) + cpuMs);
  return sums;
}

function hasSpent({ processes, cpuMs }: Pick<KnownSpent, 'processes' | 'cpuMs'>): boolean {
  return processes > 0 || cpuMs > 0;
}

function countProcesses(key: KeyUsage, { entered, clock }: Recorded): number {
  const counted = key.started + key.takenOver + (entered.get(key.id) ?? 0);
  return counted - (clock.countedTwice.get(key.id) ?? 0);
}

/** A lifecycle that changed its user counts once here, and in the row of each. */
function toTotal({ usage, clock }: Ranged, roomMs: number): KnownSpent {
  return {
    processes: sum(usage.map((key) => key.started + key.takenOver)) + clock.total,
    cpuMs: sum(usage.map((key) => key.cpuMs)),
    unseenCpuMs: sum(usage.map((key) => key.unseenCpuMs)),
    recordedCpuMs: sum(usage.map((key) => key.recordedCpuMs)),
    range: sumRanges(usage, roomMs),
  };
}

/**
 * By what the CPU time so far is to be multiplied for what it will be at the end of the period, if it goes
 * on like that; null for a period that is over, in its first hour, and where less than 90 % of it was recorded.
 */
function projectionFactor({ fromMs, toMs }: Period, coverage: Coverage): number | null {
  const isOver = coverage.elapsedMs >= toMs - fromMs;
  if (isOver || coverage.elapsedMs < MS_PER_HOUR || !isCovered(coverage)) return null;
  return (toMs - fromMs) / coverage.recordedMs;
}
