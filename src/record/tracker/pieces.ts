import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';

/** A stretch of wall time, in ms since 1970. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  /** It holds a gap: how the CPU time lay in it is not known. */
  estimated: boolean;
}

/** CPU time within one quarter-hour. */
export interface Piece {
  quarterMs: number;
  fromMs: number;
  toMs: number;
  cpuMs: number;
}

/**
 * A stretch is cut at no more marks than this: ten days of quarter-hours. Longer ones are cut more
 * coarsely, evenly.
 */
export const MAX_PIECES = 960;

/**
 * Spreads CPU time evenly over a stretch of wall time and cuts it at the quarter-hours of UTC. The
 * pieces add up to `cpuMs` exactly; all but the last hold at least 1 ms; the last ends at `toMs`.
 */
export function piecesByQuarter(fromMs: number, toMs: number, cpuMs: number): Piece[] {
  const from = Math.min(fromMs, toMs - 1);
  const length = toMs - from;
  const quarters = (startOfQuarter(toMs - 1) - startOfQuarter(from)) / QUARTER_HOUR_MS;
  const step = Math.max(1, Math.ceil(quarters / MAX_PIECES)) * QUARTER_HOUR_MS;
  const pieces: Piece[] = [];
  let spent = 0;
  let start = from;
  for (let mark = startOfQuarter(from) + QUARTER_HOUR_MS; mark < toMs; mark += step) {
    const upToMark = Math.round((cpuMs * (mark - from)) / length);
    if (upToMark > spent) {
      pieces.push({
        quarterMs: startOfQuarter(mark - 1),
        fromMs: start,
        toMs: mark,
        cpuMs: upToMark - spent,
      });
    }
    spent = upToMark;
    start = mark;
  }
  pieces.push({ quarterMs: startOfQuarter(toMs - 1), fromMs: start, toMs, cpuMs: cpuMs - spent });
  return pieces;
}
