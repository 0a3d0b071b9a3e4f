import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccountState,
  capCpuMs,
  toCreditsPerHour,
  netCpuMs,
  type Terms,
} from '../../../src/report/models/account.js';
import { replay } from '../../../src/report/models/replay.js';
import { credits, creditsToCpuMs } from '../../../src/shared/units.js';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

/** A t3.nano: 6 credits an hour, at most 144. */
const nano = (mode: Terms['mode']): Terms => ({ mode, creditsPerHour: 6 });

function stepOf(
  {
    balance = 0,
    surplus = 0,
    spent,
    hours,
  }: Record<string, number> & { spent: number; hours: number },
  terms: Terms,
) {
  const before = { balanceCpuMs: creditsToCpuMs(balance), surplusCpuMs: creditsToCpuMs(surplus) };
  const after = replay(before, [hours * HOUR_MS], [creditsToCpuMs(spent)], terms);
  return {
    balance: credits(after.end.balanceCpuMs),
    surplus: credits(after.end.surplusCpuMs),
    earned: credits(after.earnedCpuMs),
    lost: credits(after.lostCpuMs),
    withheld: credits(after.withheldCpuMs),
    charged: credits(after.chargedCpuMs),
    throttledMinutes: after.throttledMs / 60_000,
  };
}

describe('what is earned', () => {
  it('is the baseline of all vCPUs, each hour', () => {
    expect(toCreditsPerHour(5, 2)).toBe(0.05 * 2 * 60);
    expect(toCreditsPerHour(40, 8)).toBe(192);
    expect(toCreditsPerHour(20, 1)).toBe(12);
  });

  it('by a user with 5 % of one vCPU is 3 an hour, 72 a day', () => {
    const terms: Terms = { mode: 'standard', creditsPerHour: toCreditsPerHour(5, 1) };
    expect(stepOf({ spent: 0, hours: 1 }, terms).earned).toBe(3);
    expect(credits(capCpuMs(terms))).toBe(72);
  });

  it('accrues evenly, also in a part of a quarter-hour', () => {
    expect(stepOf({ spent: 0, hours: 0.25 }, nano('standard')).balance).toBe(6 / 4);
    expect(stepOf({ spent: 0, hours: 0.1 }, nano('standard')).balance).toBe(0.6);
  });
});

describe('an account in standard mode', () => {
  const terms = nano('standard');

  it('has what it had and earned, less what was spent', () => {
    expect(stepOf({ balance: 50, spent: 8.4, hours: 1 }, terms).balance).toBe(50 + 6 - 8.4);
  });

  it('loses what is earned above 24 hours of earnings', () => {
    const { balance, lost } = stepOf({ balance: 140, spent: 1, hours: 1 }, terms);
    expect(balance).toBe(24 * 6);
    expect(lost).toBe(140 + 6 - 1 - 144);
  });

  it('is held to its baseline from when the balance is used up', () => {
    // 24 an hour less 6 earned is 18 an hour: a balance of 9 lasts for half an hour.
    const { balance, withheld, throttledMinutes } = stepOf(
      { balance: 9, spent: 24, hours: 1 },
      terms,
    );
    expect(balance).toBe(0);
    expect(withheld).toBe(24 - 6 - 9);
    expect(throttledMinutes).toBe(60 - (60 * 9) / (24 - 6));
  });

  it('that just lasts is not throttled', () => {
    const { balance, withheld, throttledMinutes } = stepOf(
      { balance: 18, spent: 24, hours: 1 },
      terms,
    );
    expect({ balance, withheld, throttledMinutes }).toEqual({
      balance: 0,
      withheld: 0,
      throttledMinutes: 0,
    });
  });

  it('without a balance may still spend what it earns', () => {
    const { withheld, throttledMinutes } = stepOf({ spent: 6, hours: 1 }, terms);
    expect({ withheld, throttledMinutes }).toEqual({ withheld: 0, throttledMinutes: 0 });
  });
});

describe('an account in unlimited mode', () => {
  const terms = nano('unlimited');

  it('goes on with surplus credits when its balance is used up', () => {
    const { balance, surplus, charged } = stepOf({ balance: 10, spent: 120, hours: 1 }, terms);
    expect(balance).toBe(0);
    expect(surplus).toBe(120 - 6 - 10);
    expect(charged).toBe(0);
  });

  it('pays the surplus back before a balance accrues', () => {
    expect(stepOf({ surplus: 10, spent: 0, hours: 1 }, terms).surplus).toBe(10 - 6);
    const paid = stepOf({ surplus: 10, spent: 0, hours: 2 }, terms);
    expect([paid.surplus, paid.balance]).toEqual([0, 2 * 6 - 10]);
  });

  it('is charged for surplus above 24 hours of earnings', () => {
    const { surplus, charged } = stepOf({ surplus: 100, spent: 120, hours: 1 }, terms);
    expect(surplus).toBe(144);
    expect(charged).toBe(100 + 120 - 6 - 144);
  });
});

describe('any account, whatever is spent', () => {
  const anyTerms = fc.record({
    mode: fc.constantFrom('standard' as const, 'unlimited' as const),
    creditsPerHour: fc.double({ min: 0.01, max: 500, noNaN: true }),
  });
  const anySteps = fc.array(
    fc.record({
      durationMs: fc.integer({ min: 1, max: QUARTER_MS }),
      spentCpuMs: fc.integer({ min: 0, max: 8 * QUARTER_MS }),
    }),
    { maxLength: 200 },
  );

  it('stays between 0 and its cap, and nothing gets lost unaccounted', () => {
    fc.assert(
      fc.property(anyTerms, anySteps, (terms, steps) => {
        const cap = capCpuMs(terms);
        let account: AccountState = { balanceCpuMs: 0, surplusCpuMs: 0 };
        for (const each of steps) {
          const done = replay(account, [each.durationMs], [each.spentCpuMs], terms);
          const { earnedCpuMs, lostCpuMs, withheldCpuMs, chargedCpuMs, throttledMs } = done;
          const after = done.end;
          for (const amount of [after.balanceCpuMs, after.surplusCpuMs]) {
            expect(amount).toBeGreaterThanOrEqual(0);
            expect(amount).toBeLessThanOrEqual(cap);
          }
          expect(Math.min(after.balanceCpuMs, after.surplusCpuMs)).toBe(0);
          for (const amount of [lostCpuMs, withheldCpuMs, chargedCpuMs]) {
            expect(amount).toBeGreaterThanOrEqual(0);
          }
          expect(throttledMs).toBeGreaterThanOrEqual(0);
          expect(throttledMs).toBeLessThanOrEqual(each.durationMs);
          expect(netCpuMs(account) + earnedCpuMs - each.spentCpuMs).toBe(
            netCpuMs(after) + lostCpuMs - withheldCpuMs - chargedCpuMs,
          );
          account = after;
        }
      }),
    );
  });

  it('never ends with less for having begun with more', () => {
    const ends = (
      terms: Terms,
      start: AccountState,
      steps: { durationMs: number; spentCpuMs: number }[],
    ) => {
      const durationsMs = steps.map(({ durationMs }) => durationMs);
      const spentCpuMs = steps.map((each) => each.spentCpuMs);
      return netCpuMs(replay(start, durationsMs, spentCpuMs, terms).end);
    };
    fc.assert(
      fc.property(anyTerms, anySteps, (terms, steps) => {
        const empty = ends(terms, { balanceCpuMs: 0, surplusCpuMs: 0 }, steps);
        const full = ends(terms, { balanceCpuMs: capCpuMs(terms), surplusCpuMs: 0 }, steps);
        expect(full).toBeGreaterThanOrEqual(empty);
        expect(full - empty).toBeLessThanOrEqual(capCpuMs(terms));
      }),
    );
  });
});
