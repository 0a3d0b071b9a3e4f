import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  assignColours,
  MOST_COLOURS,
  toStack,
  type StackPart,
} from '../../../../src/report/page/figures/stack.js';
import { sum } from '../../../../src/shared/numbers.js';

const usersOf = (spent: number[][]) =>
  spent.map((cpuMs, at) => ({ id: 1_001 + at, key: `user-${at}`, cpuMs }));

const partsOf = (cpuMs: number[]): StackPart[] =>
  cpuMs.map((ms, at) => ({
    ...{ fromMs: at, toMs: at + 1, label: String(at), tick: String(at) },
    ...{ cpuMs: ms, recordedMs: 1, recordedPercent: 1, elapsedMs: 1, capacityCpuMs: null },
  }));

const totalsOf = (spent: number[][], parts: number) =>
  Array.from({ length: parts }, (_, at) => sum(spent.map((cpuMs) => cpuMs[at] ?? 0)));

it('shows those who spent the most, and everybody else in one', () => {
  const users = usersOf(Array.from({ length: 10 }, (_, at) => [at + 1, 0]));
  const { series } = toStack(partsOf([55, 0]), users, assignColours(users));
  expect(series.map(({ key }) => key)).toEqual([
    'user-9',
    'user-8',
    'user-7',
    'user-6',
    '(others)',
  ]);
  expect(series.at(-1)).toEqual({ key: '(others)', colour: null, cpuMs: [21, 0] });
});

it('adds up to what all spent in each part', () => {
  const amounts = fc.array(fc.array(fc.nat(1_000_000), { minLength: 3, maxLength: 3 }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(amounts, (spent) => {
      const users = usersOf(spent);
      const totals = totalsOf(spent, 3);
      const { series } = toStack(partsOf(totals), users, assignColours(users));
      expect(
        totalsOf(
          series.map(({ cpuMs }) => cpuMs),
          3,
        ),
      ).toEqual(totals);
    }),
  );
});

it('gives a user the same colour in every stack, and no two the same', () => {
  const amounts = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, (spent) => {
      const [first, second] = [
        usersOf(spent.map(([a]) => [a])),
        usersOf(spent.map(([, b]) => [b])),
      ];
      const colours = assignColours(first);
      for (const users of [first, second]) {
        const { series } = toStack(partsOf([1_000_000]), users, colours);
        const own = series.filter(({ key }) => key !== '(others)');
        const idOf = (key: string) => users.find((user) => user.key === key)?.id ?? 0;
        expect(own.map(({ colour }) => colour)).toEqual(
          own.map(({ key }) => colours.get(idOf(key))),
        );
        expect(new Set(own.map(({ colour }) => colour)).size).toBe(own.length);
        expect(own.length).toBeLessThanOrEqual(MOST_COLOURS);
      }
    }),
  );
});
