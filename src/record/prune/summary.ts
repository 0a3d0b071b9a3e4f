import { count, plural } from '../../shared/numbers.js';
import { MS_PER_SECOND } from '../../shared/units.js';
import type { Until } from './keep.js';
import type { Pruned } from './prune.js';
import type { RecordTally } from './records.js';

const BYTES_PER_MIB = 1_048_576;

/** One line of what went and what stayed. */
export function summaryLine(
  pruned: Pruned,
  until: Until,
  { bytes, seconds }: { bytes: number; seconds: number },
): string {
  const { goes, processes } = pruned;
  return (
    `pruned ${plural(goes, 'record')} and ${plural(processes, 'process', 'processes')} ` +
    `of before ${secondOf(until.recordsMs)}, ${(bytes / BYTES_PER_MIB).toFixed(1)} MiB given back` +
    `${keptInWords(pruned)}, in ${seconds.toFixed(1)} s`
  );
}

/** The same of a run that only looks. */
export function drySummaryLine(tally: RecordTally, until: Until): string {
  return `would prune ${plural(tally.goes, 'record')} of before ${secondOf(until.recordsMs)}${keptInWords(tally)}`;
}

/** What is old enough and stays; those that reports need are few, and nobody's concern. */
function keptInWords({ waits, refused }: RecordTally): string {
  const kept = [
    ...(waits > 0 ? [`${count(waits)} that wait to be shipped`] : []),
    ...(refused > 0 ? [`${count(refused)} that a server refused`] : []),
  ];
  return kept.length === 0 ? '' : `, kept ${kept.join(' and ')}`;
}

/** `2026-08-27T03:30:00Z` */
function secondOf(ms: number): string {
  return new Date(ms - (ms % MS_PER_SECOND)).toISOString().replace('.000Z', 'Z');
}
