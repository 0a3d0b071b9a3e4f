import { capacityUtilSeconds } from '../shared/units.js';
import type { Period } from '../shared/days.js';
import { addUp, otherRows } from './add-up.js';
import { ONE_VCPU, utilSecondsIn } from './budget/amount.js';
import { amountsOf, type Budgets, commonBudget } from './budget/budgets.js';
import { projectionFactor } from './budget/projection.js';
import { coverageOf, runsWithin, vcpusOf } from './data/coverage.js';
import { type CpuRange, rangeOfAll, roomOf, withRanges } from './cpu-range.js';
import type { ClockCorrection } from './data/clock-set.js';
import { HOST_ID } from './data/grouping.js';
import type { RecorderRun } from './data/runs.js';
import type { KeyUsage } from './data/usage.js';
import { type RenamedUser, renamedUsers } from './renamed-users.js';
import type { Grouping, JournalReport, ReportRow } from './report.js';
import { cutRows } from './sort.js';
import type { SortColumn } from './sort-columns.js';
import type { Span } from './data/spans.js';
import { withoutOthers } from './without-others.js';

/** What the journal holds of a period, as far as a report needs it. */
export interface Recorded {
  /** Those that may have taken samples in the period. */
  runs: RecorderRun[];
  usage: KeyUsage[];
  /** Lifecycles that came under a key by a change, by the key's id. */
  entered: ReadonlyMap<number, number>;
  clock: ClockCorrection;
  /** By how much processes that live now may be off, by the key's id; empty for a period that is over. */
  living: ReadonlyMap<number, number>;
  recorderCpuMs: number;
  /** The first and the last sample of all. */
  sampled: Span;
}

/** What is asked of whatever source. */
export interface AskedFigures {
  by: Grouping;
  period: Period;
  nowMs: number;
  sort: SortColumn;
  /** How many rows are shown; undefined for all. */
  top: number | undefined;
  budgets: Budgets;
}

export interface Question extends AskedFigures {
  /** The host's name where no recorder ran in the period. */
  host: string;
  /** Where the records are of one user alone: what that user has spent in all. */
  onlyUser?: ReportRow | undefined;
  /** The names of that user's uid in the period, where there were several. */
  renamed?: RenamedUser[];
  /** Whether it is for that user alone, and names no other. */
  isPrivate?: boolean;
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

/** The report on a period. Pure: the same records and the same question give the same report. */
export function summarise(recorded: Recorded, question: Question): JournalReport {
  const { by, period, nowMs, onlyUser, isPrivate } = question;
  const runs = runsWithin(recorded.runs, period, nowMs);
  const vcpus = vcpusOf(runs, period, nowMs);
  const host = runs.at(-1)?.host ?? question.host;
  const coverage = coverageOf(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.askedMs;
  const asked = { fromMs: period.fromMs, toMs: untilMs };
  const roomMs =
    onlyUser?.range?.mostMs ?? roomOf(runs, recorded.sampled, asked) - recorded.recorderCpuMs;
  const known = { ...recorded, usage: withRanges(recorded.usage.map(withLiving), roomMs) };
  const all = totalOf(known, roomMs);
  const rows = by === 'host' ? hostRows(host, all, period) : rowsOf(known, question);
  const { shown, others } = cutRows(rows, question.sort, question.top ?? rows.length);
  return {
    source: 'journal',
    host,
    by,
    onlyUser: onlyUser ?? null,
    period,
    untilMs,
    vcpus,
    capacityUtilSeconds:
      vcpus === null ? null : capacityUtilSeconds(vcpus, period.toMs - period.fromMs),
    coverage,
    renamed:
      question.renamed ?? (by === 'user' && onlyUser === undefined ? renamedUsers(rows) : []),
    runs: onlyUser !== undefined && isPrivate === true ? withoutOthers(runs, onlyUser) : runs,
    rows: shown,
    others: otherRows(others, roomMs),
    commonBudgetUtilSeconds: commonBudget(shown, utilSecondsIn(question.budgets.others, period)),
    total: onlyUser === undefined ? all : addUp([onlyUser]),
    projectionFactor: projectionFactor(period, coverage),
    recorderCpuMs: recorded.recorderCpuMs,
  };

  function withLiving(key: KeyUsage): KeyUsage {
    return { ...key, uncertainMs: key.uncertainMs + (recorded.living.get(key.id) ?? 0) };
  }
}

function rowsOf(recorded: Ranged, { by, period, budgets, onlyUser }: Question): ReportRow[] {
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
          ? onlyUser.budgetUtilSeconds
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
