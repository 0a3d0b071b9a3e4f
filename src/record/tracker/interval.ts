/** All values from `lowMs` to `highMs`, both included; milliseconds. */
export interface Interval {
  readonly lowMs: number;
  readonly highMs: number;
}

export function middleMs({ lowMs, highMs }: Interval): number {
  return Math.round((lowMs + highMs) / 2);
}

/** What lies in both, or undefined where they are disjoint. */
export function intersection(a: Interval, b: Interval): Interval | undefined {
  const lowMs = Math.max(a.lowMs, b.lowMs);
  const highMs = Math.min(a.highMs, b.highMs);
  return lowMs <= highMs ? { lowMs, highMs } : undefined;
}

export function sameInterval(a: Interval, b: Interval): boolean {
  return a.lowMs === b.lowMs && a.highMs === b.highMs;
}
