/** How far a figure may be off: either is enough where both are given. */
export interface Bar {
  /** Of the kernel's figure. */
  readonly percent?: number;
  /** Milliseconds of CPU time. */
  readonly ms?: number;
}

/** A CPU time beside the kernel's; both in milliseconds. */
export interface Off {
  readonly kernelMs: number;
  /** Above 0 where it is more than the kernel's. */
  readonly errorMs: number;
}

/** A figure within its bar is at most 1 away; without a bar, seconds count. */
export function distance({ kernelMs, errorMs }: Off, bar: Bar | undefined): number {
  const { percent, ms } = bar ?? { ms: 1_000 };
  const parts: number[] = [];
  if (percent !== undefined) parts.push((100 * Math.abs(errorMs)) / kernelMs / percent);
  if (ms !== undefined) parts.push(Math.abs(errorMs) / ms);
  return Math.min(...parts);
}

/** For people: `0.5 % or 0.6 s`. */
export function describeBar({ percent, ms }: Bar): string {
  const parts = [
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(ms === undefined ? [] : [`${ms / 1000} s`]),
  ];
  return parts.join(' or ');
}
