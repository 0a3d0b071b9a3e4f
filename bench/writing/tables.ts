import { mebibytes } from '../cost/figures.js';
import type { TextTable } from '../experiment/table.js';
import type { Size } from './size.js';
import type { TickCost } from './tick-cost.js';
import type { WalGrowth } from './wal-growth.js';

/** What a tick costs, beside the smallest transaction. */
export function tickTable(costs: readonly TickCost[]): TextTable {
  return {
    head: [
      'processes that change',
      'CPU ms',
      'mean CPU ms',
      '× smallest',
      'wall ms',
      '× smallest',
      'quietest run: wall ms',
      'smallest: CPU, wall ms',
      'largest -wal',
    ],
    rows: costs.map(({ processes, median, mean, quietestWallMs, smallest, largestWalBytes }) => [
      processes.toLocaleString('en'),
      median.cpuMs.toFixed(2),
      mean.cpuMs.toFixed(2),
      (median.cpuMs / smallest.cpuMs).toFixed(1),
      median.wallMs.toFixed(2),
      (median.wallMs / smallest.wallMs).toFixed(1),
      quietestWallMs.tick.toFixed(2),
      `${smallest.cpuMs.toFixed(2)}, ${smallest.wallMs.toFixed(2)}`,
      mebibytes(largestWalBytes),
    ]),
  };
}

/** The write-ahead log with and without a reader. */
export function walTable(wal: WalGrowth): TextTable {
  return {
    head: ['the -wal file', 'size'],
    rows: [
      ['at its largest, nobody reads', mebibytes(wal.withoutReaderBytes)],
      ['at its largest, one transaction reads all the time', mebibytes(wal.withReaderBytes)],
      ['afterwards', mebibytes(wal.afterReaderBytes)],
    ],
  };
}

/** What of a journal is in which table or index, for each lifecycle. */
export function partsTable({ parts, lifecycles }: Size): TextTable {
  return {
    head: ['table or index', 'bytes a lifecycle'],
    rows: parts
      .map(({ name, bytes }) => [name, (bytes / lifecycles).toFixed(1)])
      .filter(([, bytes]) => bytes !== '0.0'),
  };
}
