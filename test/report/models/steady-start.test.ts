import fc from 'fast-check';
import { expect, it } from 'vitest';
import { netCpuMs, type Terms } from '../../../src/report/models/account.js';
import { EMPTY, replay } from '../../../src/report/models/replay.js';
import { steadyStart } from '../../../src/report/models/fit.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';

const anyTime = fc.record({
  spent: fc.array(fc.integer({ min: 0, max: 2 * QUARTER_HOUR_MS }), {
    minLength: 1,
    maxLength: 96,
  }),
  terms: fc.record({
    mode: fc.constantFrom('standard' as const, 'unlimited' as const),
    creditsPerHour: fc.integer({ min: 1, max: 200 }),
  }),
});

function quartersOf(spent: readonly number[]): number[] {
  return spent.map(() => QUARTER_HOUR_MS);
}

it('a time that begins steadily ends as it began', () => {
  fc.assert(
    fc.property(anyTime, ({ spent, terms }) => {
      const start = steadyStart(quartersOf(spent), spent, terms);
      expect(replay(start, quartersOf(spent), spent, terms).end).toEqual(start);
    }),
  );
});

it('is where the repetition of a time leads, from nothing', () => {
  const terms: Terms = { mode: 'standard', creditsPerHour: 6 };
  // Half an hour of rest earns 3, half an hour at 9 an hour spends 4.5 and earns 3: 1.5 more each hour.
  const spent = [0, 0, 135_000, 135_000];
  const start = steadyStart(quartersOf(spent), spent, terms);
  let account = EMPTY;
  for (let hour = 0; hour < 144 / 1.5; hour += 1) {
    account = replay(account, quartersOf(spent), spent, terms).end;
  }
  expect(account).toEqual(start);
  expect(netCpuMs(start)).toBe((144 - 1.5) * 60_000);
});
