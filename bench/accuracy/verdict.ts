import type { SimulatedDay } from '../simulation/day.js';
import { type Bar, describeBar, distance, type Off } from './bar.js';
import type { CaseSummary, Spread } from './summary.js';
import { offBy } from './figures.js';

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

export function verdictsOf(
  summaries: readonly CaseSummary[],
  days: readonly SimulatedDay[],
): Verdict[] {
  return [...summaries.flatMap(verdictsOfCase), ...days.map(verdictOfDay)];
}

function verdictsOfCase({ measured, methods }: CaseSummary): Verdict[] {
  const psusage = methods.find(({ method }) => method === 'psusage');
  if (!psusage) return [];
  const { name: caseName, total, user, processMs } = measured;
  const verdicts: Verdict[] = [];
  if (total) verdicts.push({ caseName, figure: 'total', ...judge(psusage.total, total) });
  if (user) verdicts.push({ caseName, figure: 'each user', ...judge(psusage.worstUser, user) });
  if (processMs !== undefined) {
    const { median, worst } = psusage.meanProcessMs;
    const off = (errorMs: number): Off => ({ kernelMs: NaN, errorMs });
    const errors = { median: off(median), worst: off(worst) };
    verdicts.push({ caseName, figure: 'mean of processes', ...judge(errors, { ms: processMs }) });
  }
  return verdicts;
}

function verdictOfDay({
  serverName,
  usedMs: kernelMs,
  errorMs,
  worstHourMs,
}: SimulatedDay): Verdict {
  const errors = { median: { kernelMs, errorMs }, worst: { kernelMs, errorMs: worstHourMs } };
  return { caseName: `24 h: ${serverName}`, figure: 'total', ...judge(errors, SIMULATED_BAR) };
}

function judge(
  { median, worst }: Spread<Off>,
  bar: Bar,
): Pick<Verdict, 'bar' | 'median' | 'worst' | 'holds'> {
  const isWithin = (off: Off): boolean => distance(off, bar) <= 1;
  return {
    bar: describeBar(bar),
    median: offBy(median),
    worst: offBy(worst),
    holds: isWithin(worst) ? 'in every run' : isWithin(median) ? 'in the median' : 'no',
  };
}
