/** So many series are remembered; the others are looked up again. */
const MAX_REMEMBERED = 10_000;

/**
 * Finds each point a millisecond of its own: in a database two points of one series and millisecond are one.
 * It is the slice's last, or the next earlier one that is free, so that a slice that ends at midnight
 * belongs to the day in which it was spent.
 */
export class FreeTimestamps {
  /** What was asked for last, by series, and what it came to: all in between are taken. */
  readonly #last = new Map<number, { askedMs: number; takenMs: number }>();

  take(seriesId: number, sliceEndMs: number, isFree: (timestampMs: number) => boolean): number {
    const askedMs = sliceEndMs - 1;
    const last = this.#last.get(seriesId);
    let takenMs = last?.askedMs === askedMs ? last.takenMs - 1 : askedMs;
    while (!isFree(takenMs)) takenMs -= 1;
    if (this.#last.size >= MAX_REMEMBERED) this.#last.clear();
    this.#last.set(seriesId, { askedMs, takenMs });
    return takenMs;
  }
}
