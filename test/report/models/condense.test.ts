import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinKernelThreads, partTinyRows } from '../../../src/report/models/condense.js';
import type { ReportRow } from '../../../src/report/models/day.js';
import { addUp } from '../../../src/report/models/spent.js';

function row(id: number, cpuMs: number): ReportRow {
  return {
    ...{ id, uid: null, name: `p${id}`, key: `p${id}`, processes: 1, cpuMs, unseenCpuMs: 0 },
    recordedCpuMs: cpuMs,
    ...{ range: { leastMs: cpuMs, mostMs: cpuMs + 7 }, budgetCpuMs: 86_400_000 },
  };
}

const ROWS = fc.array(
  fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 10_000_000 })).map((cpuMs) => cpuMs),
);

test('sums stay exactly what they were', () => {
  fc.assert(
    fc.property(ROWS, fc.func(fc.boolean()), (all, isKernel) => {
      const rows = all.map((cpuMs, at) => row(at, cpuMs));
      const programs = new Set(rows.map(({ id }) => id).filter((id) => isKernel(id)));
      const joined = joinKernelThreads(rows, programs, Infinity);
      const { large, tiny } = partTinyRows(joined);
      expect(addUp([...large, ...tiny])).toEqual(addUp(rows));
      expect(joined.filter(({ name }) => name === '(kernel threads)')).toHaveLength(
        programs.size === 0 ? 0 : 1,
      );
    }),
  );
});

test('rows whose credits round to 0.00 are tiny, unless there is one of them or no other', () => {
  const LEAST_SHOWN_MS = 300;
  const rows = [row(1, 60_000), row(2, LEAST_SHOWN_MS), row(3, LEAST_SHOWN_MS - 1), row(4, 0)];
  expect(partTinyRows(rows).tiny.map(({ id }) => id)).toEqual([3, 4]);
  expect(partTinyRows(rows.slice(0, 3)).tiny).toEqual([]);
  expect(partTinyRows([row(3, 1), row(4, 0)]).tiny).toEqual([]);
});
