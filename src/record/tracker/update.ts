import type { Sample } from '../ps/sample.js';
import type { Book } from './book.js';
import { endLifecycle, type Pending } from './end.js';
import { grow, resume, unfollow } from './follow.js';
import type { Lifecycle } from './lifecycle.js';
import { measure } from './measure.js';
import { INIT_PID } from './reapers.js';
import { type Tick, wallMs } from './tick.js';

/** The process is still there. */
export function goOn(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string | undefined,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  switch (lifecycle.condition) {
    case 'zombie':
      return measure(lifecycle, sample, tick);
    case 'unfollowed':
      return program === undefined ? lifecycle : resume(lifecycle, sample, program, tick, book);
    case 'alive':
      return program === undefined
        ? unfollow(lifecycle, tick, book)
        : grow(lifecycle, sample, program, tick, book, pending);
  }
}

/**
 * The process is gone, and its pid may belong to another.
 *
 * @returns it, as whoever waited for it got it; of one that was not followed any more what is on record
 */
export function vanish(
  lifecycle: Lifecycle,
  sample: Sample | undefined,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  if (lifecycle.condition !== 'alive') return lifecycle;
  const isLost = tick.seen === undefined;
  // Who was not asked for at the last tick was known to be there.
  const thereBootMs = Math.max(lifecycle.sampledBootMs, tick.lastBootMs ?? 0);
  const unwatchedMs = tick.bootMs - thereBootMs;
  const tailMs = tick.afterGap ? 0 : unwatchedMs / 2;
  const end = endLifecycle(lifecycle, {
    reason: isLost ? 'lost' : sample === undefined ? 'gone' : 'replaced',
    endedMs: wallMs(tick, thereBootMs) + Math.round(tailMs),
    tailMs,
    mostTailMs: unwatchedMs,
    unsampledMs: tick.bootMs - lifecycle.sampledBootMs,
    bootMs: tick.bootMs,
    book,
  });
  pending.push(...end.pending);
  return end.ended;
}

/**
 * The process is there, but no sample shows it. What it has used since its last one may lie in a gap that is over now;
 * the tick that shows it does not know of that.
 */
export function goOnUnsampled(lifecycle: Lifecycle, tick: Tick, book: Book): Lifecycle {
  const { condition, slice } = lifecycle;
  if (!tick.afterGap || condition !== 'alive' || slice.estimated) return lifecycle;
  const next = { ...lifecycle, slice: { ...slice, estimated: true } };
  book.lifecycle(next);
  return next;
}

/** Who was not asked for may have lost its parent: somebody else waits for it then, and ps is to tell who. */
export function noteOrphan(
  pid: number,
  known: ReadonlyMap<number, Lifecycle>,
  lifecycles: Map<number, Lifecycle>,
  tick: Tick,
): void {
  const lifecycle = lifecycles.get(pid);
  const parent = lifecycle && known.get(lifecycle.ppid);
  if (lifecycle === undefined || parent === undefined) return;
  if (lifecycles.get(parent.pid)?.processId === parent.processId) return;
  lifecycles.set(pid, { ...lifecycle, ppid: INIT_PID, movedBootMs: tick.bootMs });
}
