import type { ClockReading } from './clock.js';

/** A wall clock that moves by more against boot time has been set. */
export const CLOCK_STEP_MS = 1_000;

export interface ClockStep {
  /** What the wall clock would show now if it had not been set, in ms since 1970. */
  beforeMs: number;
  /** What it shows, in ms since 1970. */
  afterMs: number;
}

/** The wall time at boot time 0: wall time is this anchor plus boot time. */
export function anchorOf(reading: ClockReading): number {
  return reading.wallMs - reading.bootMs;
}

/** The step of the wall clock since `anchorMs` was taken, if it was set since. */
export function clockStep(anchorMs: number, reading: ClockReading): ClockStep | undefined {
  const moved = anchorOf(reading) - anchorMs;
  if (Math.abs(moved) <= CLOCK_STEP_MS) return undefined;
  return { beforeMs: anchorMs + reading.bootMs, afterMs: reading.wallMs };
}
