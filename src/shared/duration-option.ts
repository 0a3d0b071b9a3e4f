import { InvalidArgumentError } from 'commander';
import { parseDurationMs } from './duration.js';
import { messageOf } from './errors.js';

/** What an option takes that is a duration; its value is in milliseconds. */
export function durationParser(bounds: { minMs: number; maxMs: number }): (text: string) => number {
  return (text) => {
    try {
      return parseDurationMs(text, bounds);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}
