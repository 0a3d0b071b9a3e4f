import { createLog } from '../../src/record/log.js';
import { Retention } from '../../src/record/prune/retention.js';
import { MS_PER_DAY } from '../../src/shared/units.js';
import { costOf } from '../writing/cost.js';
import { changingProcesses, ticksFrom } from '../writing/changing-processes.js';
import { beginJournal } from '../writing/simulated-recording.js';
import { CHANGING } from './ticks.js';

/** What a recorder does that prunes its own journal, in ms on the wall. */
export interface PiecesBetween {
  /** The writing of each tick. */
  readonly tickMs: readonly number[];
  /** The piece of the pruning that comes after it; the next sample can't come before. */
  readonly pieceMs: readonly number[];
}

/** Has a recorder of simulated processes prune its journal between its ticks, which come one right after the other. */
export function pruneBetweenTicks(path: string, keepDays: number): PiecesBetween {
  const { journal, state } = beginJournal(path);
  const said: string[] = [];
  const log = createLog({ level: 'info', forPerson: true, write: (line) => said.push(line) });
  let uptimeMs = 0;
  const retention = new Retention(journal, keepDays * MS_PER_DAY, log, () => uptimeMs);
  uptimeMs = MS_PER_DAY;
  const tickMs: number[] = [];
  const pieceMs: number[] = [];
  for (const tick of ticksFrom(state, changingProcesses(CHANGING))) {
    tickMs.push(costOf(() => journal.writeTick(tick)).wallMs);
    const piece = costOf(() => {
      retention.goOn(tick.heartbeat.lastTickMs);
    });
    pieceMs.push(piece.wallMs);
    if (said.length > 0) break;
  }
  journal.close();
  if (said.some((line) => !line.includes('pruned'))) throw new Error(said.join(''));
  return { tickMs, pieceMs };
}
