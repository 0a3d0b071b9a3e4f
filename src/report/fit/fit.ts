import type { Period } from '../../shared/days.js';
import type { Coverage } from '../data/coverage.js';
import type { ReportedRun } from '../report.js';
import type { BurstableSize } from './burstable-sizes.js';

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
