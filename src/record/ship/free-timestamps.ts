/** So many milliseconds are remembered as taken, of all series; the others are looked up again. */
const MAX_REMEMBERED = 20_000;

/**
 * Finds each point a millisecond of its own: in a database two points of one series and millisecond are one.
 * It is the slice's last, or the next earlier one that is free, so that a slice that ends at midnight
 * belongs to the day in which it was spent.
 */
export class FreeTimestamps {
  /** Of each series, by a millisecond that is taken: an earlier one, with all in between taken too. */
  #earlier = new Map<number, Map<number, number>>();
  #remembered = 0;

  /** @param isFree whether the series has no point there yet; asked once for each millisecond as long as that is remembered */
  take(seriesId: number, sliceEndMs: number, isFree: (timestampMs: number) => boolean): number {
    const earlier = this.#earlierOf(seriesId);
    const passed: number[] = [];
    let ms = sliceEndMs - 1;
    for (;;) {
      const next = earlier.get(ms);
      passed.push(ms);
      if (next !== undefined) ms = next;
      else if (isFree(ms)) break;
      else ms -= 1;
    }
    for (const each of passed) {
      if (!earlier.has(each)) this.#remembered += 1;
      earlier.set(each, ms - 1);
    }
    return ms;
  }

  #earlierOf(seriesId: number): Map<number, number> {
    if (this.#remembered >= MAX_REMEMBERED) {
      this.#earlier = new Map();
      this.#remembered = 0;
    }
    const known = this.#earlier.get(seriesId) ?? new Map<number, number>();
    this.#earlier.set(seriesId, known);
    return known;
  }
}
