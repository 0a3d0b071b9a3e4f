import { type Bar, distance, type Off } from './bar.js';
import type { Case } from './cases.js';
import type { Errors, UserOff } from './errors.js';
import { type Measured, type Method, METHODS } from './measure.js';

/** A figure over several runs, by how far it is from its bar. */
export interface Spread<T> {
  readonly median: T;
  readonly worst: T;
}

/** One method on one load, over all runs. */
interface MethodSummary {
  readonly method: Method;
  readonly total: Spread<Off>;
  readonly worstUser: Spread<UserOff>;
  readonly meanProcessMs: Spread<number>;
  /** Processes that it saw ÷ those that there were, over all runs. */
  readonly seen: number;
}

/** All runs of one load. */
export interface CaseSummary {
  readonly measured: Case;
  readonly runs: readonly Measured[];
  readonly methods: readonly MethodSummary[];
}

export function summarize(measured: Case, runs: readonly Measured[]): CaseSummary {
  const methods = METHODS.map((method): MethodSummary => {
    const errors = runs.map((run) => run.errors[method]);
    return {
      method,
      total: spreadOff(errors, ({ total }) => total, measured.total),
      worstUser: spreadOff(errors, ({ worstUser }) => worstUser, measured.user),
      meanProcessMs: spread(
        errors.map(({ meanProcessMs }) => meanProcessMs),
        (ms) => ms,
      ),
      seen: sum(errors, (each) => each.seenProcesses) / sum(errors, (each) => each.processes),
    };
  });
  return { measured, runs, methods };
}

function spreadOff<T extends Off>(
  errors: readonly Errors[],
  figure: (of: Errors) => T,
  bar: Bar | undefined,
): Spread<T> {
  return spread(errors.map(figure), (each) => distance(each, bar));
}

/** The median of an even number of runs is the further one of the two in the middle. */
function spread<T>(values: readonly T[], size: (value: T) => number): Spread<T> {
  const sorted = [...values].sort((a, b) => size(a) - size(b));
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (median === undefined || worst === undefined) throw new Error('there were no runs');
  return { median, worst };
}

function sum<T>(values: readonly T[], figure: (value: T) => number): number {
  return values.reduce((before, value) => before + figure(value), 0);
}
