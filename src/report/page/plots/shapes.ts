import { html, type Markup, trusted } from '../../formats/markup.js';

/** Attributes of a shape, as SVG names them; colours are those of the style sheet, light or dark. */
type Look = Readonly<Record<string, string | number>>;

/** From the upper left corner of the drawing, in pixels. */
type Point = readonly [x: number, y: number];

/** A text, with its middle at the height of the point. */
export function drawText(content: string, [x, y]: Point, look: Look): Markup {
  const place = { x: toTenths(x), y: toTenths(y), 'dominant-baseline': 'central' };
  return html`<text${toAttributes({ ...place, ...look })}>${content}</text>`;
}

/** All outlines that look the same as one shape; nothing where there are none. */
export function drawPath(outlines: readonly string[], look: Look): Markup {
  const d = outlines.join('');
  return d === '' ? html`` : html`<path${toAttributes({ d, ...look })}></path>`;
}

/** Lines across the plot, from each first point to each second; sharp, however the drawing is scaled. */
export function drawGrid(lines: readonly (readonly [Point, Point])[]): Markup {
  return drawPath(lines.map(polyline), { stroke: 'var(--line)', 'shape-rendering': 'crispEdges' });
}

export function rectangle([x, y]: Point, [toX, toY]: Point): string {
  return `M${toTenths(x)} ${toTenths(y)}H${toTenths(toX)}V${toTenths(toY)}H${toTenths(x)}Z`;
}

export function polyline(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${toTenths(x)} ${toTenths(y)}`).join('L')}`;
}

/** A line that keeps each height through its whole room, and is broken where there is none. */
export function stairs(heights: readonly (number | null)[], x: (at: number) => number): string {
  const treads = heights.map((y, at) => {
    if (y === null) return '';
    const start = (heights[at - 1] ?? null) === null ? `M${toTenths(x(at))} ` : 'V';
    return `${start}${toTenths(y)}H${toTenths(x(at + 1))}`;
  });
  return treads.join('');
}

function toAttributes(look: Look): Markup {
  const attributes = Object.entries(look).map(([name, value]) => ` ${name}="${value}"`);
  return trusted(attributes.join(''));
}

function toTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
