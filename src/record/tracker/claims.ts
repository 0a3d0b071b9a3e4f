import { sum } from '../../shared/numbers.js';
import type { Lifecycle } from './lifecycle.js';
import type { Pending } from './pending.js';
import { broughtMs, type Reapers } from './reapers.js';

/**
 * CPU time that an ended process brought to one of several possible reapers. It is on the account of each until one
 * of them is known to have got it.
 */
export interface Claim {
  /** The ended process. */
  processId: number;
  cpuMs: number;
  /** The part of `cpuMs` that was charged beyond what was certain, and by how much it may be off. */
  guessMs: number;
  uncertainMs: number;
  /** Process ids of the possible reapers. */
  reapers: readonly number[];
  endedBootMs: number;
}

/** A claim that nothing decides for so long stays on every account. */
const MAX_UNDECIDED_MS = 8_000;

/** The claims that are open. Lives for one call of the tracker. */
export class Claims {
  #open: readonly Claim[];

  constructor(
    claims: readonly Claim[],
    private readonly reapers: Reapers,
    private readonly bootMs: number,
  ) {
    this.#open = claims;
  }

  get open(): readonly Claim[] {
    return this.#open;
  }

  /**
   * Adds what ended processes brought.
   *
   * @param heirs their possible reapers, by their process ids
   */
  bring(gone: readonly Lifecycle[], heirs: ReadonlyMap<number, readonly number[]>): void {
    const claims = gone.flatMap((each) => this.#claimOn(each, heirs.get(each.processId) ?? []));
    this.#open = [...this.#open.map((claim) => this.#inherited(claim, heirs)), ...claims];
  }

  /** What was charged to ended processes as guessed is on the account of their possible reapers too. */
  settle(pending: readonly Pending[]): void {
    this.#open = this.#open.map((claim) => {
      const settled = pending.filter(({ lifecycle }) => lifecycle.processId === claim.processId);
      if (settled.length === 0) return claim;
      const guessMs = sum(settled.map((each) => each.guessMs));
      const uncertainMs = sum(settled.map((each) => each.uncertainMs));
      return { ...claim, cpuMs: claim.cpuMs + guessMs, guessMs, uncertainMs };
    });
  }

  /** Takes off the account of the others what one of them is known to have got. */
  decide(): void {
    this.#open = this.#open.filter((claim) => {
      if (claim.endedBootMs === this.bootMs) return true;
      const holders = claim.reapers.filter((each) => this.#isHeldBy(each, claim));
      if (holders.length !== 1) return this.bootMs - claim.endedBootMs < MAX_UNDECIDED_MS;
      for (const each of claim.reapers) if (each !== holders[0]) this.#release(each, claim);
      return false;
    });
  }

  /** What is taken off an account once is not to be taken off again. */
  drop(processId: number): void {
    this.#open = this.#open.map((claim) => ({
      ...claim,
      reapers: claim.reapers.filter((each) => each !== processId),
    }));
  }

  dropAll(): void {
    this.#open = [];
  }

  /** An heir of a claimant inherits the claim with its account; one claim is enough. */
  #inherited(claim: Claim, heirs: ReadonlyMap<number, readonly number[]>): Claim {
    const reapers = claim.reapers.flatMap((each) => heirs.get(each) ?? [each]);
    const once = [...new Set(reapers)];
    for (const each of once) {
      const times = reapers.filter((other) => other === each).length;
      for (let i = 1; i < times; i += 1) this.#release(each, claim);
    }
    return { ...claim, reapers: once };
  }

  /** The part that others claim as well stays a claim of its own. */
  #claimOn(gone: Lifecycle, reapers: readonly number[]): Claim[] {
    if (reapers.length < 2) return [];
    const { processId } = gone;
    const passedOn = this.#open.filter((each) => each.reapers.includes(processId));
    const cpuMs = Math.max(broughtMs(gone) - sum(passedOn.map((each) => each.cpuMs)), 0);
    const endedBootMs = this.bootMs;
    return [{ processId, cpuMs, guessMs: 0, uncertainMs: 0, reapers, endedBootMs }];
  }

  #isHeldBy(processId: number, claim: Claim): boolean {
    const reaper = this.reapers.get(processId);
    return reaper !== undefined && holds(reaper, claim);
  }

  #release(processId: number, { cpuMs, guessMs }: Claim): void {
    this.reapers.add(processId, { cpuMs: -cpuMs, guessedMs: -guessMs });
  }
}

/**
 * Whether what the process had reaped holds the claim: with it the account fits, and without it does not.
 * Where as much of its children was never seen, that may look the same and tells nothing.
 */
function holds(reaper: Lifecycle, { cpuMs, uncertainMs }: Claim): boolean {
  const { condition, reapedBefore, accountedMs, unseenSlice } = reaper;
  if (condition !== 'alive' || (unseenSlice?.cpuMs ?? 0) >= cpuMs) return false;
  const fits = (ms: number, byMs: number): boolean =>
    reapedBefore.lowMs - byMs <= ms && ms <= reapedBefore.highMs + byMs;
  return fits(accountedMs, uncertainMs) && !fits(accountedMs - cpuMs, 0);
}
