import { ONE_VCPU, parseBudgets } from '../../../src/report/models/budgets.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../../src/report/formats/json.js';
import type { ReportRow } from '../../../src/report/models/day.js';
import type { KeyUsage } from '../../../src/report/data/usage.js';
import { SORT_COLUMNS } from '../../../src/report/options.js';
import type { Recorded } from '../../../src/report/data/recorded.js';
import { type DayOptions, summariseDay } from '../../../src/report/models/journal-day.js';
import { dayView } from '../../../src/report/views/day.js';
import { toPeriod } from '../../../src/shared/days.js';
import type { JsonReport } from '../../builders/report.js';

const NO_CLOCK = { countedTwice: new Map<number, number>(), total: 0 };

function options(fields: Partial<DayOptions> = {}): DayOptions {
  return {
    by: 'user',
    period: toPeriod('2026-03-29', '2026-03-29', 'Europe/Ljubljana'),
    nowMs: Date.parse('2026-03-31T00:00:00Z'),
    host: 'web1',
    sort: 'credits',
    top: undefined,
    budgets: { others: ONE_VCPU, own: [] },
    ...fields,
  };
}

function recordedOf(usage: KeyUsage[]): Recorded {
  return {
    runs: [],
    usage,
    entered: new Map(),
    clock: NO_CLOCK,
    living: new Map(),
    unrecorded: [],
    recorderCpuMs: 0,
    kernelPrograms: new Set(),
    sampled: { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
  };
}

function key(id: number, fields: Partial<KeyUsage> = {}): KeyUsage {
  return {
    id,
    uid: id,
    name: `u${id}`,
    cpuMs: 0,
    unseenCpuMs: 0,
    uncertainMs: 0,
    started: 1,
    takenOver: 0,
    ...fields,
  };
}

const anyUsage = fc.uniqueArray(
  fc.record({
    id: fc.nat(),
    uid: fc.nat(),
    name: fc.string({ minLength: 1 }),
    cpuMs: fc.nat(1e12),
    unseenCpuMs: fc.nat(1_000),
    uncertainMs: fc.nat(1_000),
    started: fc.nat(1e6),
    takenOver: fc.nat(1e6),
  }),
  { selector: (usage) => usage.id, maxLength: 30 },
);

describe('the rows of a report', () => {
  it('add up to the total, however many are shown and in whatever order', () => {
    fc.assert(
      fc.property(
        anyUsage,
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
        fc.constantFrom(...SORT_COLUMNS),
        (usage, top, sort) => {
          const { rows, others, total } = summariseDay(recordedOf(usage), options({ top, sort }));
          const all = others === null ? rows : [...rows, others];
          const sum = (of: 'cpuMs' | 'unseenCpuMs' | 'processes') =>
            all.reduce((before, row) => before + (row[of] ?? NaN), 0);
          expect(sum('cpuMs')).toBe(total.cpuMs);
          expect(sum('unseenCpuMs')).toBe(total.unseenCpuMs);
          expect(sum('processes')).toBe(total.processes);
          expect(rows.length).toBeLessThanOrEqual(top ?? Infinity);
        },
      ),
    );
  });

  it('add up in what was spent while it was recorded, which is never less than nothing or more than all', () => {
    const anyUnrecorded = fc.array(fc.record({ at: fc.nat(40), cpuMs: fc.nat(1e12) }));
    fc.assert(
      fc.property(anyUsage, anyUnrecorded, fc.nat(5), (usage, gaps, top) => {
        const unrecorded = gaps.flatMap(({ at, cpuMs }) => {
          const id = usage[at]?.id;
          return id === undefined ? [] : [{ quarterMs: 0, id, cpuMs }];
        });
        const recorded = { ...recordedOf(usage), unrecorded };
        const { rows, others, total } = summariseDay(recorded, options({ top: top + 1 }));
        const all = others === null ? rows : [...rows, others];
        expect(all.reduce((sum, row) => sum + (row.recordedCpuMs ?? NaN), 0)).toBe(
          total.recordedCpuMs,
        );
        for (const { cpuMs, recordedCpuMs } of all) {
          expect(recordedCpuMs).toBeGreaterThanOrEqual(0);
          expect(recordedCpuMs).toBeLessThanOrEqual(cpuMs);
        }
      }),
    );
  });

  it('stand against their budgets the same however few are shown', () => {
    fc.assert(
      fc.property(anyUsage, fc.integer({ min: 1, max: 5 }), (usage, top) => {
        const budgets = parseBudgets(['20%', 'u1=1c']);
        const all = summariseDay(recordedOf(usage), options({ budgets }));
        const few = summariseDay(recordedOf(usage), options({ budgets, top }));
        expect(few.standing).toEqual(all.standing);
        const { over, onCourse, rows, budgetCpuMs } = all.standing;
        expect(rows).toBe(all.rows.length);
        expect(budgetCpuMs).toBe(all.rows.reduce((sum, row) => sum + row.budgetCpuMs, 0));
        const isOver = (row: ReportRow) => row.cpuMs > row.budgetCpuMs;
        expect(new Set(over)).toEqual(new Set(all.rows.filter(isOver).map(({ key }) => key)));
        expect(onCourse).toEqual([]);
      }),
    );
  });

  it('add up in the JSON too, to the tenth of a util-second', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const report = summariseDay(recordedOf(usage), options({ top: 3 }));
        const text = toJson(
          dayView({ ...report, usageByHour: [], busiestHour: null, nearest: {} }, false),
        );
        const { users = [], others, total } = JSON.parse(text) as JsonReport;
        const all = others === null ? users : [...users, others];
        const tenths = all.reduce((sum, row) => sum + Math.round(row.utilSeconds * 10), 0);
        expect(tenths).toBe(Math.round(total.utilSeconds * 10));
        const credits = all.reduce((sum, row) => sum + row.credits, 0);
        expect(credits).toBeCloseTo(total.credits, 4);
      }),
    );
  });

  it('leave out keys that neither had a process nor used anything', () => {
    const { rows } = summariseDay(recordedOf([key(1), key(2, { started: 0 })]), options());
    expect(rows.map((row) => row.id)).toEqual([1]);
  });

  it('bear the uid in their keys where two users share a name', () => {
    const usage = [key(1, { name: 'foo' }), key(2, { name: 'foo' }), key(3, { name: 'bar' })];
    const { rows } = summariseDay(recordedOf(usage), options());
    expect(rows.map((row) => row.key)).toEqual(['bar', 'foo (1)', 'foo (2)']);
  });
});

describe('the order of rows', () => {
  const usage = [
    key(1, { name: 'c', cpuMs: 30, started: 1 }),
    key(2, { name: 'a', cpuMs: 20, started: 9, unseenCpuMs: 5 }),
    key(3, { name: 'b', cpuMs: 10, started: 5 }),
  ];
  const order = (sort: DayOptions['sort'], top?: number) =>
    summariseDay(recordedOf(usage), options({ sort, top }))
      .rows.map((row) => row.name)
      .join('');

  it('is by credits, the most first', () => {
    expect(order('credits')).toBe('cab');
  });

  it('is by what is asked for', () => {
    expect(order('name')).toBe('abc');
    expect(order('processes')).toBe('abc');
    expect(order('short-lived')).toBe('abc');
    expect(order('left')).toBe('cab');
    expect(order('budget')).toBe('cab');
  });

  it('by names does not change which rows are the largest', () => {
    expect(order('name', 2)).toBe('ac');
    expect(order('processes', 2)).toBe('ab');
  });
});
