/** So many milliseconds are remembered as taken, of all series; the others are looked up again. */
const MAX_REMEMBERED = 20_000;

/**
 * Finds each point a millisecond of its own: in a database two points of one series and millisecond are one.
 * It is the slice's last, or the next earlier one that is free, so that a slice that ends at midnight
 * belongs to the day in which it was spent.
 */
export class FreeTimestamps {
  #series = new Map<number, TakenTimestamps>();
  #remembered = 0;

  /** @param isFree whether the series has no point there yet; asked once for each millisecond as long as that is remembered */
  take(seriesId: number, sliceEndMs: number, isFree: (timestampMs: number) => boolean): number {
    const { originMs, earlier } = this.#takenOf(seriesId, sliceEndMs);
    const latest = sliceEndMs - 1 - originMs;
    let ms = latest;
    for (;;) {
      const next = earlier.get(ms);
      if (next !== undefined) ms = next;
      else if (isFree(originMs + ms)) break;
      else ms -= 1;
    }
    for (let passed = latest; passed >= ms;) {
      const next = earlier.get(passed);
      if (next === undefined) this.#remembered += 1;
      earlier.set(passed, ms - 1);
      passed = next ?? passed - 1;
    }
    return originMs + ms;
  }

  #takenOf(seriesId: number, sliceEndMs: number): TakenTimestamps {
    if (this.#remembered >= MAX_REMEMBERED) {
      this.#series = new Map();
      this.#remembered = 0;
    }
    const known = this.#series.get(seriesId) ?? { originMs: sliceEndMs, earlier: new Map() };
    this.#series.set(seriesId, known);
    return known;
  }
}

/** Milliseconds of one series that are taken. */
interface TakenTimestamps {
  /** The others count from here: small numbers take less memory than those since 1970. */
  originMs: number;
  /** By a millisecond that is taken: an earlier one, with all in between taken too. */
  earlier: Map<number, number>;
}
