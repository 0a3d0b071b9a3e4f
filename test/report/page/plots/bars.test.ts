import { expect, it } from 'vitest';
import { type Bar, barsPlot } from '../../../../src/report/page/plots/bars.js';

const ROOM = { kind: 'wide', width: 900, fontSize: 13 } as const;

const bar = (label: string, fields: Partial<Bar> = {}): Bar => ({
  ...{ label, value: 40, more: 0, colour: 'var(--s0)', isAlarming: false },
  ...fields,
});

const draw = (...args: Parameters<typeof barsPlot>) =>
  barsPlot(...args).shapes.map(({ text }) => text);

/** From where to where each shape of a look goes from left to right. */
function spansOf(shapes: string[], look: RegExp): number[][] {
  return shapes
    .filter((shape) => look.test(shape))
    .map((shape) => [...shape.matchAll(/[MH]([\d.]+)/g)].slice(0, 2).map(([, x]) => Number(x)));
}

it('draws a bar as long as its value, and a paler part that begins where it ends', () => {
  const shapes = draw([bar('a', { value: 50, more: 25 }), bar('b', { value: 100 })], 'end', ROOM);
  const [[from = 0, to = 0] = [], [, whole = 0] = []] = spansOf(shapes, /s0\)"><\/path>/);
  const [[paleFrom, paleTo = 0] = [], ...others] = spansOf(shapes, /s0\)" fill-opacity="0.4"/);
  expect((to - from) / (whole - from)).toBeCloseTo(0.5, 2);
  expect(paleFrom).toBe(to);
  expect((paleTo - to) / (to - from)).toBeCloseTo(0.5, 2);
  expect(others).toEqual([]);
});

it('draws figures after the line of the whole, so that it crosses none', () => {
  const shapes = draw([bar('a', { value: 99, isAlarming: true })], 'marked', ROOM);
  const line = shapes.findIndex((shape) => shape.includes('stroke="var(--ink)"'));
  expect(line).toBeGreaterThan(0);
  expect(shapes[line + 1]).toContain('fill="var(--paper)"');
  expect(shapes[line + 2]).toMatch(/fill="var\(--alarm\)" font-weight="bold">99.0%<\/text>/);
});

it('draws any name as text, and changes nothing that all objects have', () => {
  const before = Reflect.ownKeys(Object.prototype);
  const names = ['__proto__', 'constructor', '<script>"&', '\u202eevil'];
  const texts = draw(
    names.map((name) => bar(name)),
    'unmarked',
    ROOM,
  ).flatMap((shape) => /text-anchor="end"[^>]*>(.*)<\/text>/.exec(shape)?.[1] ?? []);
  expect(texts).toEqual(['__proto__', 'constructor', '&lt;script&gt;&quot;&amp;', '\ufffdevil']);
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
});

it('has an axis of plain figures, however little was spent', () => {
  const labels = draw([bar('a', { value: 1e-9 })], 'unmarked', ROOM).flatMap(
    (shape) => /text-anchor="middle"[^>]*>(.*)<\/text>/.exec(shape)?.[1] ?? [],
  );
  expect(labels).toContain('0.01%');
  expect(labels.join(' ')).not.toMatch(/e-/);
});
