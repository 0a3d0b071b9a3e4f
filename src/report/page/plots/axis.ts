import { nice, ticks } from 'd3-array';
import { count } from '../../../shared/numbers.js';
import type { Markup } from '../../formats/markup.js';
import { measureWidth, type Room } from './draw.js';
import { drawText } from './shapes.js';

/** Between an axis and its labels. */
export const LABEL_MARGIN = 8;

/** From an axis to the middle of the labels below or above it. */
export const LABEL_DISTANCE = 12;

/** Of the room for a label, what it may fill. */
const LABEL_SPACE = 0.8;

/** An axis of figures that begins with zero, its labels at equal distances. */
export interface Axis {
  end: number;
  labels: readonly string[];
}

/** Ends at a round figure, and has about so many steps. */
export function axisUpTo(most: number, steps: number): Axis {
  const [, end] = nice(0, most > 0 ? most : 1, steps);
  return { end, labels: ticks(0, end, steps).map(formatTick) };
}

/** Where what lies so far along an axis is in the drawing. */
export function scaleTo(end: number, from: number, to: number): (value: number) => number {
  return (value) => from + (value / end) * (to - from);
}

/** A row of labels: each of them, or each second and so on, so that none touches another or is cut off. */
export function drawLabels(
  labels: readonly string[],
  x: (at: number) => number,
  y: number,
  room: Room,
): Markup[] {
  const width = measureWidth(labels, room);
  const step = Math.ceil(width / (LABEL_SPACE * (x(1) - x(0))));
  return labels.flatMap((label, at) =>
    at % step === 0 && x(at) + width / 2 <= room.width
      ? drawText(label, [x(at), y], { 'text-anchor': 'middle', fill: 'var(--muted)' })
      : [],
  );
}

/** `1,250` or `0.25` */
function formatTick(value: number): string {
  return Number.isInteger(value) ? count(value) : String(value);
}
