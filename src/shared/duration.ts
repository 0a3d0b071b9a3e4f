import { InvalidArgumentError } from 'commander';
import ms from 'ms';
import { toMessage, UsageError } from './errors.js';

/** Bounded, because `ms` reads no text above 100 characters. */
const WITH_UNIT = /^\d{1,15}(\.\d{1,15})? ?(ms|s|m|h|d|w)$/;

/**
 * Reads a duration such as `500ms`, `1s`, `10m`, `24h`, `90d` or `2w`.
 *
 * @returns whole milliseconds, at least `minMs`
 * @throws UsageError when there is no unit, it is not a duration, or it is out of bounds
 */
export function parseDurationMs(text: string, bounds: { minMs: number; maxMs: number }): number {
  if (!WITH_UNIT.test(text)) {
    throw new UsageError(
      `'${text}' is not a duration: write a number and a unit, such as 500ms, 1s, 10m, 24h or 90d`,
    );
  }
  const durationMs = Math.round(ms(text as ms.StringValue));
  if (durationMs < bounds.minMs || durationMs > bounds.maxMs) {
    throw new UsageError(
      `the duration '${text}' is out of bounds: from ${ms(bounds.minMs)} to ${ms(bounds.maxMs)}`,
    );
  }
  return durationMs;
}

/** The parser of an option whose value is a duration, in milliseconds. */
export function durationParser(bounds: { minMs: number; maxMs: number }): (text: string) => number {
  return (text) => {
    try {
      return parseDurationMs(text, bounds);
    } catch (error) {
      throw new InvalidArgumentError(toMessage(error));
    }
  };
}
