import { MS_PER_SECOND, credits } from '../../../shared/units.js';
import type { Markup } from '../../formats/markup.js';
import { isCovered } from '../../models/coverage.js';
import type { LinePoint, Outlook } from '../figures/outlook.js';
import type { Stack, StackPart } from '../figures/stack.js';
import { type Axis, axisUpTo, drawLabels, LABEL_DISTANCE, LABEL_MARGIN, scaleTo } from './axis.js';
import { type Drawing, measureWidth, type Room } from './draw.js';
import { drawGrid, drawPath, drawText, polyline, rectangle, stairs } from './shapes.js';

const HEIGHT = { wide: 230, narrow: 220 } as const;
const MARGIN = 4;
const TITLE_Y = 16;
const TOP = 34;
const AXIS_HEIGHT = 26;

/** About how many steps the axis has. */
const AXIS_STEPS = 5;

/** Of the room for a column, what it fills. */
const COLUMN_WIDTH = 0.76;

/** More columns than these are too thin for a border. */
const MOST_BORDERED = 40;

/** Where all together stay below this part of what the host can spend, its line would flatten the columns. */
const LEAST_PART_OF_CAPACITY = 0.2;

/** Where things lie in the drawing. */
interface Frame {
  room: Room;
  left: number;
  right: number;
  bottom: number;
  /** Of the left side of a part's room, by its place in the row. */
  x: (at: number) => number;
  y: (cpuMs: number) => number;
}

/**
 * Credits of each user in each part, one on the other, and what all vCPUs could spend.
 *
 * @param outlook days beyond the stack's own, and a line through all of them with its range
 */
export function stackPlot(stack: Stack, outlook: Outlook | undefined, room: Room): Drawing {
  const parts = outlook?.parts ?? stack.parts;
  const points = outlook === undefined ? [] : limitToCapacity(outlook);
  const capacity = showsCapacity(stack) ? parts.map(({ capacityCpuMs }) => capacityCpuMs) : [];
  const most = Math.max(
    ...parts.map(({ cpuMs }) => cpuMs),
    ...points.map(({ high }) => high),
    ...capacity.map((cpuMs) => cpuMs ?? 0),
  );
  const axis = axisUpTo(credits(most), AXIS_STEPS);
  const height = HEIGHT[room.kind];
  const frame = toFrame(parts, axis, height - AXIS_HEIGHT, room);
  return {
    height,
    shapes: [
      drawGaps(parts, frame),
      ...drawAxes(parts, axis, frame),
      ...drawColumns(stack, parts.length, frame),
      ...drawTrend(points, frame),
      drawCapacity(capacity, frame),
    ],
  };
}

/** Whether the line of the capacity is in the plot, and not far above it. */
export function showsCapacity({ parts }: Stack): boolean {
  const most = Math.max(...parts.map(({ cpuMs }) => cpuMs));
  const capacity = Math.max(...parts.map(({ capacityCpuMs }) => capacityCpuMs ?? 0));
  return capacity > 0 && most >= LEAST_PART_OF_CAPACITY * capacity;
}

/** The colour of a user, or of all others. */
export function toColour(colour: number | null): string {
  return colour === null ? 'var(--others)' : `var(--s${colour})`;
}

/** Whether so little of a part was recorded that its column may be too low. */
export function isPoorlyRecorded(part: StackPart): boolean {
  return part.elapsedMs - part.recordedMs >= MS_PER_SECOND && !isCovered(part);
}

/** The line and its range end at what all vCPUs can spend. */
function limitToCapacity({ parts, points }: Outlook): LinePoint[] {
  return points.map(({ low, value, high }, at) => {
    const most = parts[at]?.capacityCpuMs ?? Infinity;
    return { low: Math.min(low, most), value: Math.min(value, most), high: Math.min(high, most) };
  });
}

function toFrame(
  parts: readonly StackPart[],
  { end, labels }: Axis,
  bottom: number,
  room: Room,
): Frame {
  const left = MARGIN + measureWidth(labels, room) + LABEL_MARGIN;
  const right = room.width - MARGIN;
  const y = scaleTo(end, bottom, TOP);
  return {
    ...{ room, left, right, bottom },
    x: scaleTo(parts.length, left, right),
    y: (cpuMs) => y(credits(cpuMs)),
  };
}

/** A background where too little was recorded, so that a gap is not taken for rest. */
function drawGaps(parts: readonly StackPart[], { x, bottom }: Frame): Markup {
  const gaps = parts.map((part, at) =>
    isPoorlyRecorded(part) ? rectangle([x(at), TOP], [x(at + 1), bottom]) : '',
  );
  return drawPath(gaps, { fill: 'var(--gap)' });
}

function drawAxes(
  parts: readonly StackPart[],
  { labels }: Axis,
  { room, left, right, bottom, x }: Frame,
): Markup[] {
  const y = scaleTo(labels.length - 1, bottom, TOP);
  const fill = 'var(--muted)';
  return [
    drawGrid(
      labels.map((_, at) => [
        [left, y(at)],
        [right, y(at)],
      ]),
    ),
    drawText('credits', [MARGIN, TITLE_Y], { fill }),
    ...labels.map((label, at) =>
      drawText(label, [left - LABEL_MARGIN, y(at)], { fill, 'text-anchor': 'end' }),
    ),
    ...drawLabels(
      parts.map(({ tick }) => tick),
      (at) => x(at + 0.5),
      bottom + LABEL_DISTANCE,
      room,
    ),
  ];
}

/** One shape for each user. */
function drawColumns({ parts, series }: Stack, places: number, { x, y }: Frame): Markup[] {
  const border = places > MOST_BORDERED ? {} : { stroke: 'var(--paper)', 'stroke-width': 0.5 };
  const tops = parts.map(() => 0);
  return series.map(({ colour, cpuMs }) => {
    const columns = cpuMs.map((ms, at) => {
      // One of no height would still have a border.
      if (ms === 0) return '';
      const from = tops[at] ?? 0;
      tops[at] = from + ms;
      const margin = (1 - COLUMN_WIDTH) / 2;
      return rectangle([x(at + margin), y(from)], [x(at + 1 - margin), y(from + ms)]);
    });
    return drawPath(columns, { fill: toColour(colour), ...border });
  });
}

function drawTrend(points: readonly LinePoint[], { x, y }: Frame): Markup[] {
  if (points.length === 0) return [];
  const lineOf = (toCpuMs: (point: LinePoint) => number) =>
    points.map((point, at) => [x(at + 0.5), y(toCpuMs(point))] as const);
  const range = [...lineOf(({ low }) => low), ...lineOf(({ high }) => high).reverse()];
  return [
    drawPath([polyline(range)], { fill: 'var(--range)' }),
    drawPath([polyline(lineOf(({ value }) => value))], {
      ...{ fill: 'none', stroke: 'var(--ink)', 'stroke-width': 2 },
    }),
  ];
}

function drawCapacity(capacity: readonly (number | null)[], { x, y }: Frame): Markup {
  const heights = capacity.map((cpuMs) => (cpuMs === null ? null : y(cpuMs)));
  const look = {
    fill: 'none',
    stroke: 'var(--ink)',
    'stroke-width': 1.5,
    'stroke-dasharray': '6 3',
  };
  return drawPath([stairs(heights, x)], look);
}
