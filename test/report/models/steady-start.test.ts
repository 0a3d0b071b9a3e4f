import fc from 'fast-check';
import { expect, it } from 'vitest';
import { netCpuMs, type Terms } from '../../../src/report/models/account.js';
import {
  EMPTY,
  replay,
  type QuarterSpan,
  splitIntoQuarters,
} from '../../../src/report/models/replay.js';
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

function timeOf(spent: readonly number[]) {
  const stretches = splitIntoQuarters({ fromMs: 0, toMs: spent.length * QUARTER_HOUR_MS });
  const spentIn = ({ quarterMs }: QuarterSpan) => spent[quarterMs / QUARTER_HOUR_MS] ?? 0;
  return { stretches, spentIn };
}

it('a time that begins steadily ends as it began', () => {
  fc.assert(
    fc.property(anyTime, ({ spent, terms }) => {
      const { stretches, spentIn } = timeOf(spent);
      const start = steadyStart(stretches, spentIn, terms);
      expect(replay(start, stretches, spentIn, terms).end).toEqual(start);
    }),
  );
});

it('is where the repetition of a time leads, from nothing', () => {
  const terms: Terms = { mode: 'standard', creditsPerHour: 6 };
  // Half an hour of rest earns 3, half an hour at 9 an hour spends 4.5 and earns 3: 1.5 more each hour.
  const { stretches, spentIn } = timeOf([0, 0, 135_000, 135_000]);
  const start = steadyStart(stretches, spentIn, terms);
  let account = EMPTY;
  for (let hour = 0; hour < 144 / 1.5; hour += 1) {
    account = replay(account, stretches, spentIn, terms).end;
  }
  expect(account).toEqual(start);
  expect(netCpuMs(start)).toBe((144 - 1.5) * 60_000);
});
