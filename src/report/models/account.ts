import { creditsToCpuMs, MS_PER_HOUR } from '../../shared/units.js';

/** A balance can't be more than this many hours earn. */
export const HOURS_OF_CAP = 24;
const MINUTES_PER_HOUR = 60;

/** What happens when the balance is used up: held to the baseline, or surplus credits. */
export type CreditMode = 'standard' | 'unlimited';

/** What an account earns, and by which rules it is kept. Its cap is what 24 hours earn. */
export interface Terms {
  mode: CreditMode;
  creditsPerHour: number;
}

/** The state of an account, in milliseconds of CPU time; one of the two is 0. */
export interface AccountState {
  balanceCpuMs: number;
  /** Credits that were spent before they were earned; 0 in standard mode. */
  surplusCpuMs: number;
}

/** What time did to an account, in milliseconds of CPU time but for `throttledMs`. */
export interface Movement {
  earnedCpuMs: number;
  /** What was asked for, given or not. */
  spentCpuMs: number;
  /** Earned above the cap. */
  lostCpuMs: number;
  /** What would not have been given, in standard mode. */
  withheldCpuMs: number;
  /** How long the account would have been held to its baseline, in standard mode; wall time. */
  throttledMs: number;
  /** Surplus above the cap, in unlimited mode. */
  chargedCpuMs: number;
}

/** Baseline % × vCPUs × 60 minutes. */
export function toCreditsPerHour(baselinePercent: number, vcpus: number): number {
  return (baselinePercent * vcpus * MINUTES_PER_HOUR) / 100;
}

/** In whole milliseconds, as AWS counts them, so that sums are exact. */
export function earnCpuMs({ creditsPerHour }: Terms, durationMs: number): number {
  return Math.round((creditsToCpuMs(creditsPerHour) * durationMs) / MS_PER_HOUR);
}

/** The most that a balance, and without a charge a surplus, can be: 24 hours of earnings. */
export function capCpuMs(terms: Terms): number {
  return earnCpuMs(terms, HOURS_OF_CAP * MS_PER_HOUR);
}

/** The balance less the surplus. */
export function netCpuMs({ balanceCpuMs, surplusCpuMs }: AccountState): number {
  return balanceCpuMs - surplusCpuMs;
}
