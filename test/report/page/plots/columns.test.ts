import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StackPart } from '../../../../src/report/page/figures/stack.js';
import { stackPlot } from '../../../../src/report/page/plots/columns.js';

const ROOM = { kind: 'wide', width: 900, fontSize: 13 } as const;
const [TOP, BOTTOM] = [34, 204];

const part = (cpuMs: number, fields: Partial<StackPart> = {}): StackPart => ({
  ...{ fromMs: 0, toMs: 3_600_000, label: '00:00', tick: '00', cpuMs, recordedPercent: 1 },
  ...{ elapsedMs: 3_600_000, recordedMs: 3_600_000, capacityCpuMs: 7_200_000 },
  ...fields,
});

const draw = (...[stack, outlook]: Partial<Parameters<typeof stackPlot>>) =>
  stackPlot(stack ?? { parts: [], series: [] }, outlook, ROOM).shapes.map(({ text }) => text);

/** The outlines of the one shape of a look, each as the numbers in it. */
function outlinesOf(shapes: string[], look: string): number[][] {
  const [shape = ''] = shapes.filter((each) => each.includes(look));
  const [, d = ''] = / d="M([^"]*)"/.exec(shape) ?? [];
  return d.split('M').map((outline) => (outline.match(/[\d.]+/g) ?? []).map(Number));
}

it('stacks what each user used without a hole, within the axes', () => {
  const used = fc.array(fc.tuple(fc.nat(9_000_000), fc.nat(9_000_000)), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(used, (pairs) => {
      const shapes = draw({
        parts: pairs.map(([a, b]) => part(a + b)),
        series: [
          { key: 'a', colour: 0, cpuMs: pairs.map(([a]) => a) },
          { key: 'b', colour: null, cpuMs: pairs.map(([, b]) => b) },
        ],
      });
      const [lower, upper] = [outlinesOf(shapes, '--s0'), outlinesOf(shapes, '--others')];
      for (const [x, y, toX, toY] of [...lower, ...upper]) {
        if (x === undefined) continue;
        expect(toX).toBeGreaterThan(x);
        expect(y).toBeLessThanOrEqual(BOTTOM);
        expect(toY).toBeGreaterThanOrEqual(TOP);
      }
      for (const [x, y] of upper) {
        const below = lower.find(([lowerX]) => lowerX === x);
        if (x !== undefined) expect(y).toBe(below?.[3] ?? BOTTOM);
      }
    }),
  );
});

it('has a background where too little was recorded, and breaks the line of the capacity where it is unknown', () => {
  const known = part(6_000_000);
  const unknown = part(0, { recordedMs: 0, capacityCpuMs: null });
  const parts = [known, known, unknown, known];
  const shapes = draw({
    parts,
    series: [{ key: 'a', colour: 0, cpuMs: parts.map(({ cpuMs }) => cpuMs) }],
  });
  const [[from, top, to, bottom] = [], ...others] = outlinesOf(shapes, '--gap');
  expect([top, bottom, others]).toEqual([TOP, BOTTOM, []]);
  const lines = outlinesOf(shapes, 'stroke-dasharray');
  expect(lines).toHaveLength(2);
  expect(lines[0]?.at(-1)).toBe(from);
  expect(lines[1]?.[0]).toBe(to);
});

it('draws the range around the line of a trend, no higher than what all vCPUs can spend', () => {
  const parts = [part(6_000_000), part(6_500_000), part(0)];
  const point = { low: 5_000_000, value: 6_000_000, high: 99_000_000 };
  const shapes = draw(
    { parts: parts.slice(0, 2), series: [{ key: 'a', colour: 0, cpuMs: [6_000_000, 6_500_000] }] },
    { parts, points: parts.map(() => point) },
  );
  const [range = []] = outlinesOf(shapes, '--range');
  const [line = []] = outlinesOf(shapes, 'stroke-width="2"');
  const [[, capacityY] = []] = outlinesOf(shapes, 'stroke-dasharray');
  const [low, high] = [range.slice(0, 6), range.slice(6)];
  const xs = (numbers: number[]) => numbers.filter((_, at) => at % 2 === 0);
  const ys = (numbers: number[]) => numbers.filter((_, at) => at % 2 === 1);
  expect(xs(low)).toEqual(xs(line));
  expect(xs(high)).toEqual(xs(line).toReversed());
  expect(new Set(ys(high))).toEqual(new Set([capacityY]));
  expect(Math.min(...ys(low))).toBeGreaterThan(Math.max(...ys(line)));
});
