import { type Bar, distance, type Errors, formatOff, type Off, type UserOff } from './errors.js';
import { type Case, type Measured, type Method, METHODS } from './measure.js';
import type { SimulatedDay } from '../../test/simulation/day.js';

/** A figure over several runs, by how far it is from its bar. */
interface Spread<T> {
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

/** A bar of a load, and whether psusage stays within it. */
export interface Verdict {
  readonly caseName: string;
  /** `total`, `each user` … */
  readonly figure: string;
  readonly bar: string;
  readonly median: string;
  readonly worst: string;
  readonly holds: 'in every run' | 'in the median' | 'no';
}

/** A simulated server's sum may be off by that much at any hour of the day. */
const SIMULATED_BAR: Bar = { ms: 1_000 };

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
      seen:
        sum(errors, ({ byProcess }) => byProcess.length) / sum(errors, (each) => each.processes),
    };
  });
  return { measured, runs, methods };
}

/** Every bar of the loads and of the simulated days. */
export function judge(summaries: readonly CaseSummary[], days: readonly SimulatedDay[]): Verdict[] {
  return [...summaries.flatMap(judgeCase), ...days.map(judgeDay)];
}

/** The run that is furthest from one of its bars. */
export function findWorstRun({
  measured: { total, user },
  runs,
}: CaseSummary): Measured | undefined {
  const furthest = ({ errors: { psusage } }: Measured): number =>
    Math.max(distance(psusage.total, total), distance(psusage.worstUser, user ?? total));
  return runs.toSorted((a, b) => furthest(b) - furthest(a))[0];
}

function judgeCase({ measured, methods }: CaseSummary): Verdict[] {
  const psusage = methods.find(({ method }) => method === 'psusage');
  if (!psusage) return [];
  const { name: caseName, total, user, processMs } = measured;
  const { median, worst } = psusage.meanProcessMs;
  const off = (errorMs: number): Off => ({ kernelMs: NaN, errorMs });
  const mean = { median: off(median), worst: off(worst) };
  return [
    ...(total ? [{ caseName, figure: 'total', ...judgeSpread(psusage.total, total) }] : []),
    ...(user ? [{ caseName, figure: 'each user', ...judgeSpread(psusage.worstUser, user) }] : []),
    ...(processMs === undefined
      ? []
      : [{ caseName, figure: 'mean of processes', ...judgeSpread(mean, { ms: processMs }) }]),
  ];
}

function judgeDay({ serverName, usedMs: kernelMs, errorMs, worstHourMs }: SimulatedDay): Verdict {
  const errors = { median: { kernelMs, errorMs }, worst: { kernelMs, errorMs: worstHourMs } };
  const caseName = `24 h: ${serverName}`;
  return { caseName, figure: 'total', ...judgeSpread(errors, SIMULATED_BAR) };
}

function judgeSpread(
  { median, worst }: Spread<Off>,
  bar: Bar,
): Omit<Verdict, 'caseName' | 'figure'> {
  const isWithin = (off: Off): boolean => distance(off, bar) <= 1;
  return {
    bar: formatBar(bar),
    median: formatOff(median),
    worst: formatOff(worst),
    holds: isWithin(worst) ? 'in every run' : isWithin(median) ? 'in the median' : 'no',
  };
}

/** For people: `0.5 % or 0.6 s`. */
function formatBar({ percent, ms }: Bar): string {
  const parts = [
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(ms === undefined ? [] : [`${ms / 1000} s`]),
  ];
  return parts.join(' or ');
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
  const sorted = values.toSorted((a, b) => size(a) - size(b));
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (median === undefined || worst === undefined) throw new Error('there were no runs');
  return { median, worst };
}

function sum<T>(values: readonly T[], figure: (value: T) => number): number {
  return values.reduce((before, value) => before + figure(value), 0);
}
