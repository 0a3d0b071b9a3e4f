import { capacityUtilSeconds } from '../shared/units.js';
import type { Period } from '../shared/days.js';
import { addUp, otherRows } from './add-up.js';
import { ONE_VCPU, utilSecondsIn } from './budget/amount.js';
import { amountsOf, commonBudget } from './budget/budgets.js';
import { projectionFactor } from './budget/projection.js';
import { measureCoverage, selectRuns, averageVcpus } from './data/coverage.js';
import { type CpuRange, rangeOfAll, roomOf, withRanges } from './cpu-range.js';
import { HOST_ID } from './data/grouping.js';
import type { Recorded } from './data/recorded.js';
import type { KeyUsage } from './data/usage.js';
import { type RenamedUser, renamedUsers } from './renamed-users.js';
import type { DayQuery } from './query.js';
import { redactUsers } from './redact-users.js';
import type { JournalReport, ReportRow } from './report.js';
import { cutRows } from './sort.js';

/** How the figures of a journal are to be shown; the host's name is for a period in which no recorder ran. */
export interface SummaryOptions extends Pick<DayQuery, 'by' | 'host' | 'sort' | 'top' | 'budgets'> {
  period: Period;
  nowMs: number;
}

/** The one user whom the records are of. */
export interface OnlyUser {
  /** What that user has spent in all. */
  row: ReportRow;
  /** The names of the uid in the period, where there were several. */
  renamed: RenamedUser[];
  /** Whether it is for that user alone, and names no other. */
  isPrivate: boolean;
}

/** What was recorded, with what is certain of each key. */
type Ranged = Omit<Recorded, 'usage'> & { usage: (KeyUsage & { range: CpuRange })[] };

/** What a row has spent as the journal knows it: all of it. */
interface KnownSpent {
  processes: number;
  cpuMs: number;
  unseenCpuMs: number;
  range: CpuRange;
}

/** The report on a period, of everybody or of one user. Pure. */
export function summarise(
  recorded: Recorded,
  options: SummaryOptions,
  onlyUser?: OnlyUser,
): JournalReport {
  const { by, period, nowMs } = options;
  const runs = selectRuns(recorded.runs, period, nowMs);
  const vcpus = averageVcpus(runs, period, nowMs);
  const host = runs.at(-1)?.host ?? options.host;
  const coverage = measureCoverage(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.askedMs;
  const asked = { fromMs: period.fromMs, toMs: untilMs };
  const roomMs =
    onlyUser?.row.range?.mostMs ?? roomOf(runs, recorded.sampled, asked) - recorded.recorderCpuMs;
  const known = { ...recorded, usage: withRanges(recorded.usage.map(withLiving), roomMs) };
  const all = totalOf(known, roomMs);
  const rows = by === 'host' ? hostRows(host, all, period) : rowsOf(known, options, onlyUser);
  const { shown, others } = cutRows(rows, options.sort, options.top ?? rows.length);
  return {
    source: 'journal',
    host,
    by,
    onlyUser: onlyUser?.row ?? null,
    period,
    untilMs,
    vcpus,
    capacityUtilSeconds:
      vcpus === null ? null : capacityUtilSeconds(vcpus, period.toMs - period.fromMs),
    coverage,
    renamed: onlyUser?.renamed ?? (by === 'user' ? renamedUsers(rows) : []),
    runs: onlyUser?.isPrivate === true ? redactUsers(runs, onlyUser.row) : runs,
    rows: shown,
    others: otherRows(others, roomMs),
    commonBudgetUtilSeconds: commonBudget(shown, utilSecondsIn(options.budgets.others, period)),
    total: onlyUser === undefined ? all : addUp([onlyUser.row]),
    projectionFactor: projectionFactor(period, coverage),
    recorderCpuMs: recorded.recorderCpuMs,
  };

  function withLiving(key: KeyUsage): KeyUsage {
    return { ...key, uncertainMs: key.uncertainMs + (recorded.living.get(key.id) ?? 0) };
  }
}

function rowsOf(
  recorded: Ranged,
  { by, period, budgets }: SummaryOptions,
  onlyUser: OnlyUser | undefined,
): ReportRow[] {
  const shared = sharedNames(recorded.usage);
  const amountOf = amountsOf(budgets, recorded.usage);
  return recorded.usage
    .map((usage) => ({
      id: usage.id,
      uid: by === 'user' ? usage.uid : null,
      name: usage.name,
      key: by === 'user' && shared.has(usage.name) ? `${usage.name} (${usage.uid})` : usage.name,
      processes: processesOf(usage, recorded),
      cpuMs: usage.cpuMs,
      unseenCpuMs: usage.unseenCpuMs,
      range: usage.range,
      // Whom a budget names can't be told from one user's rows alone.
      budgetUtilSeconds:
        by === 'user' && onlyUser !== undefined
          ? onlyUser.row.budgetUtilSeconds
          : utilSecondsIn(by === 'user' ? amountOf(usage) : ONE_VCPU, period),
    }))
    .filter(hasSpent);
}

function hostRows(host: string, total: KnownSpent, period: Period): ReportRow[] {
  const budgetUtilSeconds = utilSecondsIn(ONE_VCPU, period);
  const row = { id: HOST_ID, uid: null, name: host, key: host, ...total, budgetUtilSeconds };
  return [row].filter(hasSpent);
}

function hasSpent({ processes, cpuMs }: KnownSpent): boolean {
  return processes > 0 || cpuMs > 0;
}

/** Names that stand for more than one uid in this report. */
export function sharedNames(usage: readonly { name: string }[]): Set<string> {
  const seen = new Set<string>();
  return new Set(
    usage.flatMap(({ name }) => {
      if (seen.has(name)) return [name];
      seen.add(name);
      return [];
    }),
  );
}

function processesOf(key: KeyUsage, { entered, clock }: Recorded): number {
  const counted = key.started + key.takenOver + (entered.get(key.id) ?? 0);
  return counted - (clock.countedTwice.get(key.id) ?? 0);
}

/** A lifecycle that changed its user counts once here, and in the row of each. */
function totalOf(recorded: Ranged, roomMs: number): KnownSpent {
  const { usage, clock } = recorded;
  return {
    processes: sum(usage, (key) => key.started + key.takenOver) + clock.total,
    cpuMs: sum(usage, (key) => key.cpuMs),
    unseenCpuMs: sum(usage, (key) => key.unseenCpuMs),
    range: rangeOfAll(usage, roomMs),
  };
}

function sum<T>(list: readonly T[], amount: (element: T) => number): number {
  return list.reduce((total, element) => total + amount(element), 0);
}
