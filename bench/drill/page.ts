import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describeMachine } from '../experiment/machine.js';
import { markdown, type TextTable } from '../experiment/table.js';
import type { Fault, Outcome } from './fault.js';

const PAGE = fileURLToPath(new URL('../../docs/drill.md', import.meta.url));

/** A fault and what came of it, or why it was not tried. */
export interface Tried {
  readonly fault: Fault;
  readonly outcome: Outcome | string;
}

const BEGINNING = `# Proof by faults

\`npm run drill\` starts the real recorder on real processes that burn CPU time, does to it what is in the
table, at random moments, and then looks from outside, with SQL of its own, whether what must always hold
does: the file is whole, nothing is counted twice, records add up to what their process used and sums to
their records, no complete record has changed, and the journal agrees with what the kernel counted for the
parent of the load. This page is written by it.

A machine that is really suspended can't be had in a test: a recorder that is stopped sees the same,
but that the monotonic clock goes on, so its gap is called late. What every fault means to whoever runs
psusage is in [faults.md](faults.md).
`;

/** Writes docs/drill.md anew. */
export async function writePage(
  tried: readonly Tried[],
  seed: number,
  now = new Date(),
): Promise<void> {
  const { date, cpu, vcpus, kernel, distribution } = await describeMachine(now);
  const machine = `${cpu}, ${vcpus} vCPUs, Linux ${kernel}, ${distribution}, Node.js ${process.version}`;
  const text = [BEGINNING, `${date}, seed ${seed}; ${machine}.`, markdown(drillTable(tried))];
  const options = await resolveConfig(PAGE);
  await writeFile(PAGE, await format(text.join('\n\n'), { ...options, parser: 'markdown' }));
}

export function holds(outcome: Outcome | string): string {
  if (typeof outcome === 'string') return `not tried: ${outcome}`;
  return outcome.breaches.length === 0 ? 'yes' : `no: ${cell(outcome.breaches)}`;
}

/** What was done, seen and said, a row a fault. */
function drillTable(tried: readonly Tried[]): TextTable {
  return {
    head: ['fault', 'what is done', 'what was seen', 'what the recorder says', 'holds'],
    rows: tried.map(({ fault, outcome }) => [
      fault.name,
      fault.done,
      typeof outcome === 'string' ? '' : cell(outcome.saw),
      typeof outcome === 'string' ? '' : cell(outcome.said),
      holds(outcome),
    ]),
  };
}

function cell(lines: readonly string[]): string {
  return lines.map((line) => line.replaceAll('|', '\\|')).join('<br>');
}
