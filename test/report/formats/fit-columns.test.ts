import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gridColumns } from '../../../src/report/formats/column.js';
import { fitColumns } from '../../../src/report/formats/fit-columns.js';
import { column, type Line } from '../../../src/report/view.js';

const LINES: Line[] = [{ kind: 'row', label: 'foo_com' }];
const title = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 12 });
const drawing = fc.constantFrom('bar', 'chart', 'sparkline', undefined);

const columns = fc.array(
  fc
    .record({
      title,
      drawing,
      rank: fc.integer({ min: 0, max: 5 }),
      days: fc.integer({ min: 2, max: 90 }),
    })
    .map(({ title, drawing, rank, days }) => {
      const look = drawing === undefined ? { rank } : { rank, days, drawing };
      return column<Line>(title, 'percent', look, () => 12);
    }),
  { minLength: 1, maxLength: 8 },
);

it('no drawing is shown while a figure is left out, and no header is cut', () => {
  fc.assert(
    fc.property(columns, fc.integer({ min: 20, max: 200 }), (shown, width) => {
      const grid = gridColumns({ title: 'user', rows: LINES, columns: shown });
      const fitted = fitColumns(grid, LINES, width);
      const hasDrawing = fitted.columns.some(({ isDrawing }) => isDrawing);
      if (hasDrawing) expect(fitted.leftOut).toEqual([]);
      if (fitted.columns.every(({ rank, isDrawing }) => rank === 0 && !isDrawing)) return;
      for (const { title, unit, width } of fitted.columns) {
        expect(title.length).toBeLessThanOrEqual(width);
        expect((typeof unit === 'string' ? unit : unit(width)).length).toBeLessThanOrEqual(width);
      }
    }),
  );
});

it('a sparkline of few days has room for what stands above it', () => {
  const days = column<Line>(
    'days',
    'cpuTime',
    { rank: 0, days: 5, drawing: 'sparkline' },
    () => [],
  );
  const grid = gridColumns({ title: 'user', rows: LINES, columns: [days] });
  const [, fitted] = fitColumns(grid, LINES, 60).columns;
  expect(fitted?.width).toBe('1 each'.length);
});
