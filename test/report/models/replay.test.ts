import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccountState,
  capCpuMs,
  earnCpuMs,
  netCpuMs,
  type Terms,
} from '../../../src/report/models/account.js';
import {
  addMovements,
  EMPTY,
  fullAccount,
  replay,
  type Replayed,
  splitIntoQuarters,
} from '../../../src/report/models/replay.js';
import { credits, creditsToCpuMs, QUARTER_HOUR_MS } from '../../../src/shared/units.js';

const HOUR_MS = 3_600_000;

/** Hours of a t3.nano with two vCPUs at a utilisation, one after the other. */
function hoursOfNano(start: AccountState, hours: number, percent: number) {
  const terms: Terms = { mode: 'unlimited', creditsPerHour: 6 };
  const spentCpuMs = creditsToCpuMs((2 * 15 * percent) / 100);
  const quarters = splitIntoQuarters({ fromMs: 0, toMs: hours * HOUR_MS });
  const spent = quarters.map(() => spentCpuMs);
  return replay(start, quarters, spent, terms);
}

describe('a replay', () => {
  it("follows the EC2 user guide's example of a t3.nano in unlimited mode", () => {
    const p1 = hoursOfNano(EMPTY, 24, 0);
    expect(credits(p1.end.balanceCpuMs)).toBe(144);
    const p2 = hoursOfNano(p1.end, 12, 2.5);
    expect(credits(p2.end.balanceCpuMs)).toBe(144);
    // 2 vCPUs at 7 % spend 8.4 an hour and earn 6.
    const p3 = hoursOfNano(p2.end, 24, 7);
    expect(credits(p3.end.balanceCpuMs)).toBe(86.4);
    expect(credits(p3.end.balanceCpuMs)).toBe(144 - 57.6);
    const p4 = hoursOfNano(p3.end, 12, 2.5);
    expect(credits(p4.end.balanceCpuMs)).toBe(86.4 + 72 - 36);
    // 600 spent and 30 earned in five hours, where the guide rounds 122.4 to 122.
    const p5 = hoursOfNano(p4.end, 5, 100);
    expect(credits(p5.spentCpuMs - p5.earnedCpuMs)).toBe(570);
    expect(credits(p5.end.surplusCpuMs)).toBe(144);
    expect(credits(p5.chargedCpuMs)).toBeCloseTo(570 - 122.4 - 144, 9);
    const p6 = hoursOfNano(p5.end, 13, 5);
    expect(credits(p6.end.surplusCpuMs)).toBe(144);
    const p7 = hoursOfNano(p6.end, 24, 0);
    expect(p7.end).toEqual(EMPTY);
  });

  it('cuts time at quarter-hours, and off where the span begins and ends', () => {
    const minute = 60_000;
    const durationsMs = splitIntoQuarters({ fromMs: 7 * minute, toMs: 32 * minute });
    expect(durationsMs.map((ms) => ms / minute)).toEqual([8, 15, 2]);
    expect(splitIntoQuarters({ fromMs: 32 * minute, toMs: 7 * minute })).toEqual([]);
  });

  it('gives the same in one go as in two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_800_000 }), { minLength: 2, maxLength: 96 }),
        fc.constantFrom('standard' as const, 'unlimited' as const),
        (spent, mode) => {
          const terms: Terms = { mode, creditsPerHour: 12 };
          const quarters = spent.map(() => QUARTER_HOUR_MS);
          const whole = replay(EMPTY, quarters, spent, terms);
          const half = Math.floor(spent.length / 2);
          const first = replay(EMPTY, quarters.slice(0, half), spent.slice(0, half), terms);
          const second = replay(first.end, quarters.slice(half), spent.slice(half), terms);
          expect(second.end).toEqual(whole.end);
          const { withheldCpuMs, chargedCpuMs, earnedCpuMs } = addMovements([first, second]);
          expect({ withheldCpuMs, chargedCpuMs, earnedCpuMs }).toEqual({
            withheldCpuMs: whole.withheldCpuMs,
            chargedCpuMs: whole.chargedCpuMs,
            earnedCpuMs: whole.earnedCpuMs,
          });
        },
      ),
    );
  });

  it('keeps an account as its rules say, one stretch after the other', () => {
    const anyStretch = fc.record({
      durationMs: fc.oneof(fc.constant(QUARTER_HOUR_MS), fc.integer({ min: 1, max: 900_000 })),
      spentCpuMs: fc.oneof(fc.nat(200_000), fc.nat(8 * QUARTER_HOUR_MS)),
    });
    const anyTerms = fc.record({
      mode: fc.constantFrom('standard' as const, 'unlimited' as const),
      creditsPerHour: fc.oneof(
        fc.integer({ min: 1, max: 48 }),
        fc.double({ min: 0, max: 500, noNaN: true }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(anyStretch, { maxLength: 300 }),
        anyTerms,
        fc.boolean(),
        (stretches, terms, isFull) => {
          const start = isFull ? fullAccount(terms) : EMPTY;
          const durationsMs = stretches.map(({ durationMs }) => durationMs);
          const spentCpuMs = stretches.map((each) => each.spentCpuMs);
          expect(replay(start, durationsMs, spentCpuMs, terms)).toEqual(
            stretches.reduce((kept, each) => ruled(kept, each, terms), nothingDone(start)),
          );
        },
      ),
    );
  });
});

function nothingDone(start: AccountState): Replayed {
  const lowestBalanceCpuMs = start.balanceCpuMs;
  return { ...addMovements([]), end: start, lowestBalanceCpuMs };
}

/** What a stretch does to an account, by each row of the table in docs/credits.md. */
function ruled(
  kept: Replayed,
  { durationMs, spentCpuMs }: { durationMs: number; spentCpuMs: number },
  terms: Terms,
): Replayed {
  const earnedCpuMs = earnCpuMs(terms, durationMs);
  const cap = capCpuMs(terms);
  const left = netCpuMs(kept.end) + earnedCpuMs - spentCpuMs;
  const missing = Math.max(0, -left);
  const balanceCpuMs = Math.min(cap, Math.max(0, left));
  const surplusCpuMs = terms.mode === 'unlimited' ? Math.min(cap, missing) : 0;
  const withheldCpuMs = terms.mode === 'standard' ? missing : 0;
  const done = {
    earnedCpuMs,
    spentCpuMs,
    lostCpuMs: Math.max(0, left - cap),
    withheldCpuMs,
    throttledMs: withheldCpuMs > 0 ? (durationMs * withheldCpuMs) / (spentCpuMs - earnedCpuMs) : 0,
    chargedCpuMs: terms.mode === 'unlimited' ? missing - surplusCpuMs : 0,
  };
  return {
    ...addMovements([kept, done]),
    end: { balanceCpuMs, surplusCpuMs },
    lowestBalanceCpuMs: Math.min(kept.lowestBalanceCpuMs, balanceCpuMs),
  };
}
