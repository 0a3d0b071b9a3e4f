import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  assignColours,
  MOST_SERIES,
  toStack,
  type StackPart,
} from '../../../../src/report/page/figures/stack.js';
import { sum } from '../../../../src/shared/numbers.js';

const usersOf = (spent: number[][]) =>
  spent.map((cpuMs, at) => ({ id: 1_001 + at, key: `user-${at}`, cpuMs }));

const partsOf = (cpuMs: number[]): StackPart[] =>
  cpuMs.map((ms, at) => ({
    ...{ fromMs: at, toMs: at + 1, label: String(at), tick: String(at) },
    ...{ cpuMs: ms, recordedMs: 1, elapsedMs: 1, capacityCpuMs: null },
  }));

const totalsOf = (spent: number[][], parts: number) =>
  Array.from({ length: parts }, (_, at) => sum(spent.map((cpuMs) => cpuMs[at] ?? 0)));

it('shows those who spent the most, and everybody else in one', () => {
  const users = usersOf(Array.from({ length: 10 }, (_, at) => [at + 1, 0]));
  const { series } = toStack(partsOf([55, 0]), users, assignColours(users, []));
  expect(series.map(({ key }) => key)).toEqual([
    ...['user-9', 'user-8', 'user-7', 'user-6', 'user-5', 'user-4', 'user-3', 'user-2'],
    '(others)',
  ]);
  expect(series.at(-1)).toEqual({ key: '(others)', colour: null, cpuMs: [3, 0] });
});

it('adds up to what all spent in each part', () => {
  const amounts = fc.array(fc.array(fc.nat(1_000_000), { minLength: 3, maxLength: 3 }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(amounts, (spent) => {
      const users = usersOf(spent);
      const totals = totalsOf(spent, 3);
      const { series } = toStack(partsOf(totals), users, assignColours(users, []));
      expect(
        totalsOf(
          series.map(({ cpuMs }) => cpuMs),
          3,
        ),
      ).toEqual(totals);
    }),
  );
});

it('gives a user the same colour in both stacks, and no two in one of them the same', () => {
  const amounts = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, (spent) => {
      const [first, second] = [
        usersOf(spent.map(([a]) => [a])),
        usersOf(spent.map(([, b]) => [b])),
      ];
      const colours = assignColours(first, second);
      for (const users of [first, second]) {
        const { series } = toStack(partsOf([0]), users, colours);
        const used = series.flatMap(({ colour }) => colour ?? []);
        expect(new Set(used).size).toBe(series.filter(({ key }) => key !== '(others)').length);
        expect(Math.max(-1, ...used)).toBeLessThan(MOST_SERIES);
      }
    }),
  );
});
