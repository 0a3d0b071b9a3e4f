import { type Period, type Span } from '../../shared/days.js';
import { sum } from '../../shared/numbers.js';
import { MS_PER_DAY, QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { type Coverage, measureCoverage, selectRuns, averageVcpus } from './coverage.js';
import type { CpuMsByQuarter } from '../data/quarters.js';
import type { RecorderRun } from '../data/runs.js';
import { clipAll, complement } from './spans.js';
import type { ReportedRun } from './day.js';
import { type AccountState, capCpuMs, type CreditMode, type Terms } from './account.js';
import { BURSTABLE_SIZES, type BurstableSize } from './burstable-sizes.js';
import { EMPTY, fullAccount, replay, type Replayed } from './replay.js';

/**
 * Whether a size would do: it does; it would be held to its baseline for a time; or at some time it
 * would have had more to do than all its vCPUs can at 100 %, so that work would have queued.
 */
export type Verdict = 'fits' | 'throttles' | 'queues';

/** What the recorded demand would have done to a size. CPU time is in milliseconds. */
export interface SizeFit {
  size: BurstableSize;
  verdict: Verdict;
  /** In standard mode, as the two after it. */
  startBalanceCpuMs: number;
  lowestBalanceCpuMs: number;
  throttledMs: number;
  withheldCpuMs: number;
  /** In unlimited mode. */
  chargedCpuMs: number;
  /** Beyond all vCPUs at 100 %. */
  queuedCpuMs: number;
}

/** How the recorded demand of one host fits burstable sizes. */
export interface Fit {
  host: string;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  /** Of the recorded host; null when nothing was recorded in the period. */
  vcpus: number | null;
  coverage: Coverage;
  /** In order. */
  runs: ReportedRun[];
  /** How much time was replayed, in milliseconds. */
  replayedMs: number;
  /** All that was asked for, psusage's own included. */
  demandCpuMs: number;
  /** In the busiest quarter-hour, in percent of one vCPU; null when nothing was recorded. */
  peakPercent: number | null;
  /** From the smallest to the largest; empty when nothing was recorded. */
  sizes: SizeFit[];
  /** The first that fits. */
  smallest: SizeFit | null;
}

/** What the journal holds of the period. */
export interface RecordedDemand {
  /** Those that may have taken samples in the period. */
  runs: RecorderRun[];
  /** Of all processes together. */
  cpuMs: CpuMsByQuarter;
}

export interface FitOptions {
  /** Where the journal does not name it. */
  host: string;
  period: Period;
  nowMs: number;
}

const LEAST_MS = 7 * MS_PER_DAY;

/** Whether too little was recorded to name a size: load goes by the days of the week. */
export function isShort({ replayedMs }: Fit): boolean {
  return replayedMs < LEAST_MS;
}

/** A part of the recorded time with what was asked for in it. */
interface Demand extends Span {
  cpuMs: number;
}

/** How a recording fits the sizes. Pure: the same records and the same options give the same fit. */
export function summariseFit(recorded: RecordedDemand, { period, nowMs, host }: FitOptions): Fit {
  const runs = selectRuns(recorded.runs, period, nowMs);
  const coverage = measureCoverage(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.elapsedMs;
  const spans = complement(coverage.gaps, { fromMs: period.fromMs, toMs: untilMs });
  const demand = toDemand(spans, recorded.cpuMs);
  const sizes = demand.length === 0 ? [] : BURSTABLE_SIZES.map((size) => fitSize(size, demand));
  return {
    host: runs.at(-1)?.host ?? host,
    period,
    untilMs,
    vcpus: averageVcpus(runs, period, nowMs),
    coverage,
    runs,
    replayedMs: sum(demand.map(({ fromMs, toMs }) => toMs - fromMs)),
    demandCpuMs: sum(demand.map(({ cpuMs }) => cpuMs)),
    peakPercent: demand.length === 0 ? null : Math.max(...demand.map(percentOfVcpu)),
    sizes,
    smallest: sizes.find(({ verdict }) => verdict === 'fits') ?? null,
  };
}

/**
 * The quarter-hours of which anything is known, from the first sample to the last. A gap's are left
 * out: as idle time they would make every size look better than it is.
 */
function toDemand(recorded: readonly Span[], cpuMs: CpuMsByQuarter): Demand[] {
  const [first, last] = [recorded[0], recorded.at(-1)];
  if (first === undefined || last === undefined) return [];
  const hull = { fromMs: first.fromMs, toMs: last.toMs };
  const known = new Set([...cpuMs].filter(([, ms]) => ms > 0).map(([quarterMs]) => quarterMs));
  for (const { fromMs, toMs } of recorded) {
    for (let ms = startOfQuarter(fromMs); ms < toMs; ms += QUARTER_HOUR_MS) known.add(ms);
  }
  return [...known]
    .sort((a, b) => a - b)
    .flatMap((fromMs) => {
      const spentCpuMs = cpuMs.get(fromMs) ?? 0;
      return clipAll([{ fromMs, toMs: fromMs + QUARTER_HOUR_MS }], hull).map((span) => ({
        ...span,
        cpuMs: spentCpuMs,
      }));
    });
}

function fitSize(size: BurstableSize, demand: readonly Demand[]): SizeFit {
  const durationsMs = demand.map(({ fromMs, toMs }) => toMs - fromMs);
  const spentCpuMs = demand.map((each) => Math.min(each.cpuMs, capacityMs(size, each)));
  const kept = (mode: CreditMode): Replayed & { startBalanceCpuMs: number } => {
    const terms = { mode, creditsPerHour: size.creditsPerHour };
    const start = steadyStart(durationsMs, spentCpuMs, terms);
    const kept = replay(start, durationsMs, spentCpuMs, terms);
    return { startBalanceCpuMs: start.balanceCpuMs, ...kept };
  };
  const { startBalanceCpuMs, lowestBalanceCpuMs, throttledMs, withheldCpuMs } = kept('standard');
  const queuedCpuMs = sum(demand.map(({ cpuMs }) => cpuMs)) - sum(spentCpuMs);
  return {
    size,
    verdict: toVerdict(throttledMs, queuedCpuMs),
    startBalanceCpuMs,
    lowestBalanceCpuMs,
    throttledMs,
    withheldCpuMs,
    chargedCpuMs: kept('unlimited').chargedCpuMs,
    queuedCpuMs,
  };
}

function toVerdict(throttledMs: number, queuedCpuMs: number): Verdict {
  if (queuedCpuMs > 0) return 'queues';
  return throttledMs > 0 ? 'throttles' : 'fits';
}

/** What all vCPUs of a size can do at 100 %. */
function capacityMs({ vcpus }: BurstableSize, { fromMs, toMs }: Span): number {
  return vcpus * (toMs - fromMs);
}

function percentOfVcpu({ cpuMs, fromMs, toMs }: Demand): number {
  return (100 * cpuMs) / (toMs - fromMs);
}

const LOWEST: Record<CreditMode, (terms: Terms) => AccountState> = {
  standard: () => EMPTY,
  unlimited: (terms) => ({ balanceCpuMs: 0, surplusCpuMs: capCpuMs(terms) }),
};

/**
 * The account with which an instance begins a time that has come again and again before.
 *
 * Each step adds to the net and holds it between two bounds, and so does the whole time. Where it
 * earns more than it spends, its repetition ends where it ends from a full account; else where it ends
 * from the lowest that there is.
 */
export function steadyStart(
  durationsMs: readonly number[],
  spentCpuMs: readonly number[],
  terms: Terms,
): AccountState {
  const begunFull = replay(fullAccount(terms), durationsMs, spentCpuMs, terms);
  if (begunFull.earnedCpuMs > begunFull.spentCpuMs) return begunFull.end;
  return replay(LOWEST[terms.mode](terms), durationsMs, spentCpuMs, terms).end;
}
