import { rounded } from '../../../shared/numbers.js';
import { type Markup, shortened } from '../../formats/markup.js';
import { type Axis, axisUpTo, drawLabels, LABEL_DISTANCE, LABEL_MARGIN, scaleTo } from './axis.js';
import { type Drawing, measureWidth, type Room } from './draw.js';
import { drawGrid, drawPath, drawText, polyline, rectangle } from './shapes.js';

/** More bars than these are not compared by eye; the table has all rows. */
export const MOST_BARS = 10;

const NAME_CHARACTERS = { wide: 24, narrow: 13 } as const;
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 14;
const TOP = 6;
const AXIS_HEIGHT = 28;
const MARGIN = 4;

/** Between the longest bar and its figure, and behind that. */
const FIGURE_MARGIN = 12;

/** A bar that lies: a first part, and one that goes on from there. */
export interface Bar {
  label: string;
  value: number;
  colour: string;
  /** How much longer the bar is by its second part, which is paler. */
  more: number;
  /** Whether its figure stands out. */
  isAlarming: boolean;
}

const WHOLE_PERCENT = 100;

/** About how many steps an axis has: up to 100 %, each of them is 10 % or 50 %. */
const STEPS = { ofWhole: { wide: 10, narrow: 2 }, others: { wide: 8, narrow: 3 } } as const;

/** How much paler a bar goes on. */
const MORE_OPACITY = 0.4;

const NAME_LOOK = { fill: 'var(--ink)', 'text-anchor': 'end' };
const FIGURE_LOOK = { fill: 'var(--muted)' };
const ALARMING_LOOK = { fill: 'var(--alarm)', 'font-weight': 'bold' };
const MARK_LOOK = { stroke: 'var(--ink)', 'stroke-width': 1.5 };

/** Figures below it are printed as less than this. */
const LEAST_PERCENT = 0.01;

/**
 * What 100 % is to the bars: a line across all of them, the end of the axis, or nothing to compare them with. Unless it
 * is nothing, the axis goes as far, so that short bars look short.
 */
type Whole = 'marked' | 'end' | 'unmarked';

/** One bar below the other, the first on top; lengths are in per cent. */
export function barsPlot(bars: readonly Bar[], whole: Whole, room: Room): Drawing {
  const names = bars.map(({ label }) => shortened(label, NAME_CHARACTERS[room.kind]));
  const figures = bars.map(formatBar);
  const { end, labels } = chooseAxis(bars, whole, room);
  const left = MARGIN + measureWidth(names, room) + LABEL_MARGIN;
  const right = room.width - measureWidth(figures, room) - FIGURE_MARGIN;
  const bottom = TOP + bars.length * ROW_HEIGHT;
  const x = scaleTo(end, left, right);
  const tickX = scaleTo(labels.length - 1, left, right);
  const middleOf = (row: number) => TOP + (row + 0.5) * ROW_HEIGHT;
  return {
    height: bottom + AXIS_HEIGHT,
    shapes: [
      drawGrid(labels.map((_, at) => lineAt(tickX(at)))),
      ...drawLabels(
        labels.map((label) => `${label}%`),
        tickX,
        bottom + LABEL_DISTANCE,
        room,
      ),
      ...names.map((name, row) => drawText(name, [left - LABEL_MARGIN, middleOf(row)], NAME_LOOK)),
      ...bars.flatMap(({ value, more, colour }, row) => [
        drawPath([partOf(row, 0, value)], { fill: colour }),
        drawPath([partOf(row, value, more)], { fill: colour, 'fill-opacity': MORE_OPACITY }),
      ]),
      drawPath(whole === 'marked' ? [polyline(lineAt(x(WHOLE_PERCENT)))] : [], MARK_LOOK),
      ...bars.flatMap((bar, row) => drawFigure(bar, figures[row] ?? '', row)),
    ],
  };

  function lineAt(x: number) {
    return [
      [x, TOP],
      [x, bottom],
    ] as const;
  }

  function partOf(row: number, from: number, length: number): string {
    const y = middleOf(row) - BAR_HEIGHT / 2;
    return length === 0 ? '' : rectangle([x(from), y], [x(from + length), y + BAR_HEIGHT]);
  }

  /** On top of all lines: a figure that a line crosses can't be read. */
  function drawFigure({ value, more, isAlarming }: Bar, figure: string, row: number): Markup[] {
    const [from, y] = [x(value + more) + FIGURE_MARGIN / 2, middleOf(row)];
    const to = from + measureWidth([figure], room);
    const behind = rectangle([from - 1, y - BAR_HEIGHT / 2], [to + 1, y + BAR_HEIGHT / 2]);
    return [
      drawPath([behind], { fill: 'var(--paper)' }),
      drawText(figure, [from, y], isAlarming ? ALARMING_LOOK : FIGURE_LOOK),
    ];
  }
}

function chooseAxis(bars: readonly Bar[], whole: Whole, { kind }: Room): Axis {
  const most = Math.max(0, ...bars.map(({ value, more }) => value + more));
  return whole !== 'unmarked' && most <= WHOLE_PERCENT
    ? axisUpTo(WHOLE_PERCENT, STEPS.ofWhole[kind])
    : axisUpTo(Math.max(most, LEAST_PERCENT), STEPS.others[kind]);
}

/** `12.34%`, or `12.34 → 18.20%` where the bar goes on. */
function formatBar({ value, more }: Bar): string {
  return more > 0 ? `${rounded(value)} → ${rounded(value + more)}%` : `${rounded(value)}%`;
}
