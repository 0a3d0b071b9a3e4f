/** What was used in all, in milliseconds of CPU time by id, at a moment. */
export interface Reading {
  atMs: number;
  cpuMs: ReadonlyMap<number, number>;
}

/** ps shows CPU time in steps; over so long they even out. */
const WINDOW_MS = 5_000;

/** The readings that rates are made of: the last ones, and one from before the window. */
export function withReading(readings: readonly Reading[], reading: Reading): Reading[] {
  const all = [...readings.filter(({ atMs }) => atMs < reading.atMs), reading];
  const first = all.findLastIndex(({ atMs }) => atMs <= reading.atMs - WINDOW_MS);
  return all.slice(Math.max(0, first));
}

/** How much of one vCPU each uses, in per cent, as an average of the readings; null where there is but one. */
export function toRates(readings: readonly Reading[]): (id: number) => number | null {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || first === last) return () => null;
  const wallMs = last.atMs - first.atMs;
  return (id) => {
    // What was not there before has begun since.
    const usedMs = (last.cpuMs.get(id) ?? 0) - (first.cpuMs.get(id) ?? 0);
    return (100 * Math.max(0, usedMs)) / wallMs;
  };
}
