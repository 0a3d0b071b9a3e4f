import { seconds } from '../experiment/table.js';
import { distance } from './bar.js';
import { offBy } from './figures.js';
import type { CaseSummary } from './summary.js';

const MOST_PROCESSES = 3;

/** The processes that psusage was furthest off on in the worst run of a load, a line each. */
export function furthestProcesses({ measured, runs }: CaseSummary): string[] {
  const [worst] = [...runs].sort(
    (a, b) =>
      distance(b.errors.psusage.total, measured.total) -
      distance(a.errors.psusage.total, measured.total),
  );
  const processes = worst?.errors.psusage.byProcess ?? [];
  return processes
    .slice(0, MOST_PROCESSES)
    .map(
      (each) =>
        `\`${each.command}\` used ${seconds(each.kernelMs)} s in ${seconds(each.lifeMs)} s: ${offBy(each)}`,
    );
}
