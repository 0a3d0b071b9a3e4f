import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chooseQuery,
  type Interest,
  MAX_PIDS_PER_RUN,
  type Situation,
  wholeIntervalMs,
} from '../../../src/record/ps/query.js';

const PID_MAX = 32_768;
const SELF = 900;

function pids(count: number, from = 10_000): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

type Overrides = Partial<Omit<Situation, 'interest'>> & {
  from?: number;
  to?: number;
  interest?: Partial<Interest>;
};

/** Ten followed of a thousand, three pids given out since the last tick. */
function situation({
  from = 5_000,
  to = 5_003,
  interest = {},
  ...overrides
}: Overrides = {}): Situation {
  return {
    interest: { bootMs: 100_000, everything: false, due: pids(10), idle: [], ...interest },
    newcomers: [],
    ownPids: [SELF],
    hints: {
      before: { lastPid: from, pidMax: PID_MAX },
      now: { lastPid: to, pidMax: PID_MAX },
    },
    lastWhole: { bootMs: 99_000, processes: 1_000, costMs: 60 },
    ...overrides,
  };
}

function queriedPids(overrides: Overrides = {}): readonly number[] {
  const query = chooseQuery(situation(overrides));
  if (query.kind === 'everything') throw new Error('it queries everything');
  return query.pids;
}

function kindOf(overrides: Overrides = {}): string {
  return chooseQuery(situation(overrides)).kind;
}

test('queries what is followed, the recorder and each pid assigned since, in that order', () => {
  expect(queriedPids()).toEqual([...pids(10), SELF, 5_001, 5_002, 5_003]);
});

test('queries new processes once more at the next tick: a fork may have its own name by then', () => {
  expect(queriedPids({ newcomers: [4_999] })).toContain(4_999);
});

test('a followed pid that was assigned again may be a thread now, and comes after all processes', () => {
  const due = [5_001, ...pids(3)];
  expect(queriedPids({ interest: { everything: false, due, idle: [] } })).toEqual([
    ...pids(3),
    SELF,
    5_001,
    5_002,
    5_003,
  ]);
});

test('goes round where the kernel does: from the greatest pid to the first after a wrap', () => {
  expect(queriedPids({ from: PID_MAX - 3, to: 301 }).slice(-4)).toEqual([
    PID_MAX - 2,
    PID_MAX - 1,
    300,
    301,
  ]);
});

test('an idle process whose pid was assigned again is queried', () => {
  const interest = { everything: false, due: pids(60), idle: [5_002, ...pids(100, 20_000)] };
  const query = chooseQuery(situation({ interest }));
  expect(query).toMatchObject({ skipped: pids(100, 20_000) });
});

test('idle processes are queried too where they are few', () => {
  const interest = { everything: false, due: pids(10), idle: pids(10, 20_000) };
  expect(chooseQuery(situation({ interest }))).toMatchObject({ skipped: [] });
});

test.each([
  ['before anything is known of the host', { lastWhole: undefined }],
  ['where the system does not tell which pids it gives out', { hints: undefined }],
  ['where what it tells does not move, though ps has run', { from: 5_000, to: 5_000 }],
  [
    'when a quarter-hour begins or after a gap',
    { interest: { everything: true, due: [], idle: [] } },
  ],
  ['when half a minute has passed', { interest: { bootMs: 129_000 } }],
  ['after a burst that makes it the cheaper way', { to: 15_000 }],
  [
    'when nearly everything is followed and busy',
    { interest: { everything: false, due: pids(990), idle: [] } },
  ],
])('queries everything %s', (_, overrides) => {
  expect(kindOf(overrides)).toBe('everything');
});

test('a burst that is cheaper to look through is looked through', () => {
  const lastWhole = { bootMs: 99_000, processes: 5_000, costMs: 300 };
  expect(kindOf({ to: 7_000, lastWhole })).toBe('pids');
  expect(kindOf({ to: 7_000 })).toBe('pids');
  expect(kindOf({ to: 7_000, lastWhole: { ...lastWhole, processes: 80 } })).toBe('everything');
});

test('the whole host is queried so rarely that it costs two milliseconds a second, and each five minutes at least', () => {
  expect(wholeIntervalMs({ bootMs: 0, processes: 80, costMs: 8 })).toBe(30_000);
  expect(wholeIntervalMs({ bootMs: 0, processes: 5_000, costMs: 300 })).toBe(150_000);
  expect(wholeIntervalMs({ bootMs: 0, processes: 5_000, costMs: 20_000 })).toBe(300_000);
});

test('every followed process and every assigned pid is queried, or known to be skipped', () => {
  const pid = fc.integer({ min: 1, max: PID_MAX - 1 });
  fc.assert(
    fc.property(
      fc.uniqueArray(pid, { maxLength: 300 }),
      fc.uniqueArray(pid, { maxLength: 300 }),
      pid,
      fc.integer({ min: 1, max: 400 }),
      (due, others, from, given) => {
        const idle = others.filter((each) => !due.includes(each));
        const to = from + given < PID_MAX ? from + given : 300 + from + given - PID_MAX;
        const interest = { everything: false, due, idle };
        const query = chooseQuery(situation({ interest, from, to }));
        if (query.kind === 'everything') return;
        const asked = new Set(query.pids);
        expect(asked.size).toBe(query.pids.length);
        expect(due.every((each) => asked.has(each))).toBe(true);
        expect(new Set([...asked, ...query.skipped]).size).toBe(asked.size + query.skipped.length);
        expect(idle.every((each) => asked.has(each) || query.skipped.includes(each))).toBe(true);
        for (let step = 1; step <= given; step += 1) {
          const each = from + step < PID_MAX ? from + step : 300 + from + step - PID_MAX;
          expect(asked.has(each)).toBe(true);
        }
      },
    ),
  );
  expect(MAX_PIDS_PER_RUN).toBe(255);
});
