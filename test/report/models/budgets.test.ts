import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  resolveAmounts,
  type Budgets,
  cpuMsIn,
  ONE_VCPU,
  parseAmount,
  parseBudgets,
} from '../../../src/report/models/budgets.js';
import { UsageError } from '../../../src/shared/errors.js';
import { toPeriod } from '../../../src/shared/days.js';

interface User {
  name: string;
  uid: number | null;
}

/** Of somebody beside whom there are others. */
const amountOf = (budgets: Budgets, name: string, uid: number | null, others: User[] = []) => {
  const user = { name, uid };
  return resolveAmounts(budgets, [user, ...others])(user);
};

const day = (text: string) => toPeriod(text, text, 'Europe/Ljubljana');
const USUAL = day('2026-03-28');
const OF_23_HOURS = day('2026-03-29');
const WEEK = toPeriod('2026-03-02', '2026-03-08', 'Europe/Ljubljana');

describe('an amount', () => {
  it('of credits or util-seconds is the same each day, and times the days of a range', () => {
    for (const text of ['288c', '1728000']) {
      expect(cpuMsIn(parseAmount(text), USUAL)).toBe(17_280_000);
      expect(cpuMsIn(parseAmount(text), OF_23_HOURS)).toBe(17_280_000);
      expect(cpuMsIn(parseAmount(text), WEEK)).toBe(7 * 17_280_000);
    }
  });

  it('in per cent of a vCPU goes with the real length of the day', () => {
    expect(cpuMsIn(parseAmount('20%'), USUAL)).toBe(17_280_000);
    expect(cpuMsIn(parseAmount('20%'), OF_23_HOURS)).toBe(0.2 * 82_800_000);
    expect(cpuMsIn(parseAmount('12.5%'), WEEK)).toBe(7 * 10_800_000);
  });

  it.each(['', '0', '0%', '-5%', '20 %', '1e3', '5k', '20%%', 'c', '٣%', '9'.repeat(13)])(
    "that reads '%s' is none",
    (text) => {
      expect(() => parseAmount(text)).toThrow(UsageError);
    },
  );

  it('is one vCPU, all day, where nothing is said', () => {
    expect(amountOf(parseBudgets([]), 'foo_com', 1_001)).toEqual(ONE_VCPU);
  });
});

describe('the budget of a user', () => {
  const budgets = parseBudgets(['20%', 'shop_*=40%', 'shop_net=288c', '1003=1%', '*_org=5%']);
  const percentOf = (user: string, uid: number | null) => {
    const amount = amountOf(budgets, user, uid);
    return amount.kind === 'part of a vCPU' ? amount.percent : amount.utilSeconds;
  };

  it('is that of the name or uid, else of the last pattern that fits, else of everybody', () => {
    expect(percentOf('foo_com', 1_001)).toBe(20);
    expect(percentOf('shop_com', 1_002)).toBe(40);
    expect(percentOf('shop_net', 1_002)).toBe(1_728_000);
    expect(percentOf('shop_org', 1_002)).toBe(5);
    expect(percentOf('shop_net', 1_003)).toBe(1);
    expect(percentOf('1003', null)).toBe(1);
  });

  it('of a number is that of the user who is called so, and of the uid where nobody is', () => {
    const digits = { name: '1003', uid: 1_002 };
    const budgetFor = (text: string, { name, uid }: User, others: User[] = []) =>
      amountOf(parseBudgets([`${text}=20%`]), name, uid, others).kind === 'part of a vCPU';
    const user = { name: 'foo', uid: 1_003 };
    expect(budgetFor('1003', user)).toBe(true);
    expect(budgetFor('1003', user, [digits])).toBe(false);
    expect(budgetFor('1003', digits, [user])).toBe(true);
    expect(budgetFor('uid:1003', user, [digits])).toBe(true);
    expect(budgetFor('uid:1003', digits, [user])).toBe(false);
    expect(budgetFor('null', { name: 'foo', uid: null })).toBe(false);
    expect(() => parseBudgets(['uid:foo=20%'])).toThrow(UsageError);
  });

  it('may be that of a name with an equals sign in it', () => {
    expect(amountOf(parseBudgets(['a=b=7%']), 'a=b', 1)).toEqual({
      ...{ kind: 'part of a vCPU', percent: 7 },
    });
  });

  it('is found for any name that is given as it is', () => {
    const name = fc
      .string({ minLength: 1 })
      .filter((text) => !/[*?[\\]|^uid:/.test(text) && text.trim() === text);
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 100 }), (user, percent) => {
        const amount = amountOf(parseBudgets(['50%', `${user}=${percent}%`]), user, null);
        expect(amount).toEqual({ kind: 'part of a vCPU', percent });
      }),
    );
  });
});
