import { markdown } from '../experiment/table.js';
import type { Size } from './size.js';
import { partsTable, tickTable, walTable } from './tables.js';
import type { TickCost } from './tick-cost.js';
import type { WalGrowth } from './wal-growth.js';

/** Everything that the section tells. */
export interface Writing {
  readonly costs: readonly TickCost[];
  readonly wal: WalGrowth;
  readonly short: Size;
  readonly long: Size;
}

const MOST_TICK_MS = 2;
const MOST_BYTES = 150;

/** The tick that the bar is about. */
const BAR_PROCESSES = 100;

export function paragraphs({ costs, wal, short, long }: Writing): string[] {
  return [
    TICKS,
    markdown(tickTable(costs)),
    tickVerdict(costs),
    'What has not changed is not written; a tick on which nothing did writes nothing, but for a heartbeat each ten seconds.',
    markdown(walTable(wal)),
    sizes(short, long),
    markdown(partsTable(short)),
  ];
}

const TICKS = `The writing alone: what ps and the tracker cost is measured elsewhere. All processes use CPU time at each tick, and are of fifty
users; so this is the most that so many followed processes can cost. "Smallest" is a transaction that changes one row, synced to the same disk
between each two ticks. The mean includes the ticks that fold the write-ahead log into the journal. On the wall
a machine that is busy adds waiting for a CPU and for its disk.`;

function tickVerdict(costs: readonly TickCost[]): string {
  const found = costs.find(({ processes }) => processes === BAR_PROCESSES);
  if (found === undefined) return '';
  const { cpuMs } = found.median;
  const { tick, smallest } = found.quietestWallMs;
  return `**A tick with ${BAR_PROCESSES} changed processes, at most ${MOST_TICK_MS} ms: ${verdict(cpuMs <= MOST_TICK_MS)}** with ${cpuMs.toFixed(2)} ms of CPU time, **${verdict(tick <= MOST_TICK_MS)}** with ${tick.toFixed(2)} ms
on the wall, in the run that others disturbed least, of which the smallest transaction takes ${smallest.toFixed(2)} ms.`;
}

function sizes(short: Size, long: Size): string {
  const [each, vacuumed] = [short.bytes, short.vacuumedBytes].map((b) => b / short.lifecycles);
  const day = long.bytes / long.lifecycles;
  const records = long.records / long.lifecycles;
  const holds = verdict(each !== undefined && each <= MOST_BYTES);
  return `**A lifecycle of a single record, indexes included, before it is shipped, at most ${MOST_BYTES} bytes: ${holds}**, with ${each?.toFixed(0) ?? '?'} bytes: a
journal into which ${short.lifecycles.toLocaleString('en')} lifecycles with ${short.records.toLocaleString('en')} records have grown, divided by their number. After \`VACUUM\` it is ${vacuumed?.toFixed(0) ?? '?'}. A process that lives and works all
day has ${records.toFixed(0)} records and takes ${(day / 1024).toFixed(1)} KiB a day, the sums of an account of its own included.`;
}

function verdict(holds: boolean): string {
  return holds ? 'reached' : 'not reached';
}
