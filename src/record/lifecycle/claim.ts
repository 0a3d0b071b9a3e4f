import type { Lifecycle } from './lifecycle.js';

/**
 * What a process that is gone brought to one of several that may have reaped it. It is on the account of
 * each until one of them is known to have got it.
 */
export interface Claim {
  /** The process that is gone. */
  processId: number;
  cpuMs: number;
  /** The part of `cpuMs` that was charged beyond what was certain, and by how much it may be off. */
  guessMs: number;
  uncertainMs: number;
  /** Process ids of those that may have got it. */
  reapers: readonly number[];
  endedBootMs: number;
}

/**
 * Whether what the process had reaped holds the claim: with it the account fits, and without it does not.
 * Where as much of its children was never seen, that may look the same and tells nothing.
 */
export function holds(reaper: Lifecycle, { cpuMs, uncertainMs }: Claim): boolean {
  const { condition, reapedBefore, accountedMs, unseenSlice } = reaper;
  if (condition !== 'alive' || (unseenSlice?.cpuMs ?? 0) >= cpuMs) return false;
  const fits = (ms: number): boolean =>
    reapedBefore.lowMs - uncertainMs <= ms && ms <= reapedBefore.highMs + uncertainMs;
  return fits(accountedMs) && !fits(accountedMs - cpuMs);
}
