import { seconds } from '../experiment/table.js';
import { distance } from './bar.js';
import type { Case } from './cases.js';
import { offBy } from './figures.js';
import type { Measured } from './measure.js';
import type { CaseSummary } from './summary.js';

const MOST_PROCESSES = 3;

/** The processes that psusage was furthest off on in the worst run of a load, a line each. */
export function furthestProcesses({ measured, runs }: CaseSummary): string[] {
  const [worst] = [...runs].sort((a, b) => furthest(b, measured) - furthest(a, measured));
  const processes = worst?.errors.psusage.byProcess ?? [];
  return processes
    .slice(0, MOST_PROCESSES)
    .map(
      (each) =>
        `\`${each.command}\` used ${seconds(each.kernelMs)} s in ${seconds(each.lifeMs)} s: ${offBy(each)}`,
    );
}

/** How far a run is from the bar that it is furthest from. */
function furthest({ errors: { psusage } }: Measured, { total, user }: Case): number {
  return Math.max(distance(psusage.total, total), distance(psusage.worstUser, user ?? total));
}
