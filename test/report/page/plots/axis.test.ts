import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisUpTo, drawLabels, scaleTo } from '../../../../src/report/page/plots/axis.js';

const ROOM = { kind: 'narrow', width: 360, fontSize: 12 } as const;

const toNumber = (label: string) => Number(label.replaceAll(',', ''));

it('ends an axis at a round figure that nothing exceeds, in few equal steps from zero', () => {
  const most = fc.double({ min: 1e-5, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(most, fc.integer({ min: 2, max: 10 }), (value, steps) => {
      const { end, labels } = axisUpTo(value, steps);
      const count = labels.length - 1;
      expect(end).toBeGreaterThanOrEqual(value);
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(2 * steps);
      for (const [at, label] of labels.entries()) {
        expect(toNumber(label) / end).toBeCloseTo(at / count, 9);
      }
    }),
  );
});

it('writes figures as people do', () => {
  expect(axisUpTo(1_550, 5).labels).toEqual(['0', '500', '1,000', '1,500', '2,000']);
  expect(axisUpTo(0.29, 4).labels).toEqual(['0', '0.1', '0.2', '0.3']);
  expect(axisUpTo(100, 10).labels).toEqual([
    '0',
    '10',
    '20',
    '30',
    '40',
    '50',
    '60',
    '70',
    '80',
    '90',
    '100',
  ]);
});

it('has an axis where there is nothing', () => {
  expect(axisUpTo(0, 2)).toEqual({ end: 1, labels: ['0', '0.5', '1'] });
});

it('leaves out labels that would touch others or be cut off', () => {
  const shownOf = (labels: string[]) => {
    const x = scaleTo(labels.length - 1, 0, ROOM.width);
    const texts = drawLabels(labels, x, 0, ROOM);
    return texts.map(({ text }) => />(.*)</.exec(text)?.[1]);
  };
  expect(shownOf(['a', 'b', 'c'])).toEqual(['a', 'b']);
  const days = Array.from({ length: 29 }, (_, at) => `03-${at + 10}`);
  expect(shownOf(days)).toEqual(['03-10', '03-14', '03-18', '03-22', '03-26', '03-30', '03-34']);
});
