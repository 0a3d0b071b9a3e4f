import { times } from '../cost/figures.js';
import { median } from '../cost/median.js';
import type { TextTable } from '../experiment/table.js';
import type { Turn } from './turns.js';

/** Of the speed of the client's own way. */
export const BAR = 0.7;

/** Turns with a backlog of so many records. */
export interface Backlog {
  readonly records: number;
  readonly turns: readonly Turn[];
}

const NAMES: Record<keyof Turn, string> = {
  atOnce: 'the client, all requests at once',
  oneByOne: 'the client, one request after the other',
  shipped: '`psusage ship`, the journal included',
};

/** How fast each is, beside the client alone. */
export function speedTable({ records, turns }: Backlog): TextTable {
  const wallMs = (kind: keyof Turn) => median(turns.map((turn) => turn[kind].wallMs));
  const cpuMs = (kind: keyof Turn) => median(turns.map((turn) => turn[kind].cpuMs));
  return {
    head: ['what', 'thousand records a second', '× at once', '× one by one', 'CPU µs a record'],
    rows: (['atOnce', 'oneByOne', 'shipped'] as const).map((kind) => [
      NAMES[kind],
      (records / wallMs(kind)).toFixed(0),
      times(wallMs('atOnce'), wallMs(kind)),
      times(wallMs('oneByOne'), wallMs(kind)),
      ((1_000 * cpuMs(kind)) / records).toFixed(1),
    ]),
  };
}

export function isBarReached({ turns }: Backlog): boolean {
  const wallMs = (kind: keyof Turn) => median(turns.map((turn) => turn[kind].wallMs));
  return wallMs('atOnce') / wallMs('shipped') >= BAR;
}

/** The most that a run held, by the size of the backlog. */
export function memoryTable(backlogs: readonly Backlog[]): TextTable {
  return {
    head: ['records', '`psusage ship`', 'the client'],
    rows: backlogs.map(({ records, turns }) => {
      const most = (kind: keyof Turn) =>
        `${median(turns.map((turn) => turn[kind].memoryMiB)).toFixed(0)} MiB`;
      return [records.toLocaleString('en-US'), most('shipped'), most('atOnce')];
    }),
  };
}
