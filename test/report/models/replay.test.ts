import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountState, Terms } from '../../../src/report/models/account.js';
import {
  addMovements,
  EMPTY,
  replay,
  splitIntoQuarters,
} from '../../../src/report/models/replay.js';
import { credits, creditsToCpuMs } from '../../../src/shared/units.js';

const HOUR_MS = 3_600_000;

/** Hours of a t3.nano with two vCPUs at a utilisation, one after the other. */
function hoursOfNano(start: AccountState, hours: number, percent: number) {
  const terms: Terms = { mode: 'unlimited', creditsPerHour: 6 };
  const spentCpuMs = creditsToCpuMs((2 * 15 * percent) / 100);
  const span = { fromMs: 0, toMs: hours * HOUR_MS };
  return replay(start, splitIntoQuarters(span), () => spentCpuMs, terms);
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
    const stretches = splitIntoQuarters({ fromMs: 7 * minute, toMs: 32 * minute });
    expect(stretches.map(({ fromMs, toMs }) => (toMs - fromMs) / minute)).toEqual([8, 15, 2]);
    expect(stretches.map(({ quarterMs }) => quarterMs / minute)).toEqual([0, 15, 30]);
    expect(splitIntoQuarters({ fromMs: 32 * minute, toMs: 7 * minute })).toEqual([]);
  });

  it('gives the same in one go as in two', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_800_000 }), { minLength: 2, maxLength: 96 }),
        fc.constantFrom('standard' as const, 'unlimited' as const),
        (spent, mode) => {
          const terms: Terms = { mode, creditsPerHour: 12 };
          const stretches = splitIntoQuarters({ fromMs: 0, toMs: spent.length * 900_000 });
          const spentIn = ({ quarterMs }: { quarterMs: number }) => spent[quarterMs / 900_000] ?? 0;
          const whole = replay(EMPTY, stretches, spentIn, terms);
          const half = Math.floor(stretches.length / 2);
          const first = replay(EMPTY, stretches.slice(0, half), spentIn, terms);
          const second = replay(first.end, stretches.slice(half), spentIn, terms);
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
});
