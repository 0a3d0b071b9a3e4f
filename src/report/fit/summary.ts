import { sum } from '../../shared/numbers.js';
import type { Period } from '../../shared/days.js';
import { QUARTER_HOUR_MS, quarterOf } from '../../shared/units.js';
import { coverageOf, runsWithin, vcpusOf } from '../data/coverage.js';
import type { CreditMode } from '../credits/account.js';
import { replay, type Replayed, type Stretch, stretchOfQuarter } from '../credits/replay.js';
import type { CpuMsByQuarter } from '../data/quarters.js';
import type { RecorderRun } from '../data/runs.js';
import { complement, type Span } from '../data/spans.js';
import { BURSTABLE_SIZES, type BurstableSize } from './burstable-sizes.js';
import type { Fit, SizeFit, Verdict } from './fit.js';
import { steadyStart } from './steady-start.js';

/** What the journal holds of the period. */
export interface RecordedDemand {
  /** Those that may have taken samples in the period. */
  runs: RecorderRun[];
  /** Of all processes together. */
  cpuMs: CpuMsByQuarter;
}

export interface FitQuestion {
  period: Period;
  nowMs: number;
  /** The host's name where no recorder ran in the period. */
  host: string;
}

/** A part of the recorded time with what was asked for in it. */
interface Demand extends Stretch {
  cpuMs: number;
}

/** How a recording fits the sizes. Pure: the same records and the same question give the same fit. */
export function summariseFit(recorded: RecordedDemand, { period, nowMs, host }: FitQuestion): Fit {
  const runs = runsWithin(recorded.runs, period, nowMs);
  const coverage = coverageOf(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.askedMs;
  const spans = complement(coverage.gaps, { fromMs: period.fromMs, toMs: untilMs });
  const demand = demandOf(spans, recorded.cpuMs);
  const sizes = demand.length === 0 ? [] : BURSTABLE_SIZES.map((size) => fitOf(size, demand));
  return {
    host: runs.at(-1)?.host ?? host,
    period,
    untilMs,
    vcpus: vcpusOf(runs, period, nowMs),
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
function demandOf(recorded: readonly Span[], cpuMs: CpuMsByQuarter): Demand[] {
  const [first, last] = [recorded[0], recorded.at(-1)];
  if (first === undefined || last === undefined) return [];
  const hull = { fromMs: first.fromMs, toMs: last.toMs };
  const known = new Set([...cpuMs].filter(([, ms]) => ms > 0).map(([quarterMs]) => quarterMs));
  for (const { fromMs, toMs } of recorded) {
    for (let ms = quarterOf(fromMs); ms < toMs; ms += QUARTER_HOUR_MS) known.add(ms);
  }
  return [...known]
    .sort((a, b) => a - b)
    .flatMap((quarterMs) => stretchOfQuarter(quarterMs, hull))
    .map((stretch) => ({ ...stretch, cpuMs: cpuMs.get(stretch.quarterMs) ?? 0 }));
}

function fitOf(size: BurstableSize, demand: readonly Demand[]): SizeFit {
  const given = demand.map((each) => ({
    ...each,
    cpuMs: Math.min(each.cpuMs, mostOf(size, each)),
  }));
  const spent = new Map(given.map(({ fromMs, cpuMs }) => [fromMs, cpuMs]));
  const spentIn = ({ fromMs }: Stretch) => spent.get(fromMs) ?? 0;
  const kept = (mode: CreditMode): Replayed & { startBalanceCpuMs: number } => {
    const terms = { mode, creditsPerHour: size.creditsPerHour };
    const start = steadyStart(given, spentIn, terms);
    return { startBalanceCpuMs: start.balanceCpuMs, ...replay(start, given, spentIn, terms) };
  };
  const { startBalanceCpuMs, lowestBalanceCpuMs, throttledMs, withheldCpuMs } = kept('standard');
  const queuedCpuMs = sum(demand.map((each) => each.cpuMs - (spent.get(each.fromMs) ?? 0)));
  return {
    size,
    verdict: verdictOf(throttledMs, queuedCpuMs),
    startBalanceCpuMs,
    lowestBalanceCpuMs,
    throttledMs,
    withheldCpuMs,
    chargedCpuMs: kept('unlimited').chargedCpuMs,
    queuedCpuMs,
  };
}

function verdictOf(throttledMs: number, queuedCpuMs: number): Verdict {
  if (queuedCpuMs > 0) return 'queues';
  return throttledMs > 0 ? 'throttles' : 'fits';
}

/** What all vCPUs of a size can do at 100 %. */
function mostOf({ vcpus }: BurstableSize, { fromMs, toMs }: Span): number {
  return vcpus * (toMs - fromMs);
}

function percentOfVcpu({ cpuMs, fromMs, toMs }: Demand): number {
  return (100 * cpuMs) / (toMs - fromMs);
}
