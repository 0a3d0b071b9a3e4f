import { expect } from 'vitest';

/** An error with at least these fields, for `toThrow`. */
export function failure(expected: Record<string, unknown>): Error {
  return expect.objectContaining(expected) as Error;
}
