import type { Random } from '../loads/random.js';

/** What can be drawn, some of it more often. */
export interface Choice<T> {
  readonly of: readonly T[];
  /** Sums of the weights up to each place, as parts of the whole. */
  readonly upTo: readonly number[];
}

export function weighted<T>(
  of: readonly T[],
  weightOf: (each: T, at: number) => number,
): Choice<T> {
  const weights = of.map(weightOf);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return { of, upTo: weights.map((weight) => (sum += weight) / whole) };
}

export function pick<T>({ of, upTo }: Choice<T>, random: Random): T {
  const drawn = random();
  const picked = of[upTo.findIndex((mark) => drawn < mark)] ?? of.at(-1);
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}
