import type { Markup } from '../../formats/markup.js';
import { formatHourOfDay, type HeatDay } from '../figures/heat.js';
import { formatNamedDay, isWeekend } from '../figures/parts.js';
import { drawLabels, LABEL_DISTANCE, LABEL_MARGIN, scaleTo } from './axis.js';
import { type Drawing, measureWidth, type Room } from './draw.js';
import { drawPath, drawText, rectangle } from './shapes.js';

const ROW_HEIGHT = 15;
const AXIS_HEIGHT = 24;
const MARGIN = 4;
const HOURS = Array.from({ length: 24 }, (_, hour) => formatHourOfDay(hour));

/** Days from top to bottom, those of a weekend in bold, the hours of the day from left to right. */
export function heatMap(days: readonly HeatDay[], scale: readonly number[], room: Room): Drawing {
  const height = AXIS_HEIGHT + days.length * ROW_HEIGHT;
  const fontSize = Math.min(room.fontSize, ROW_HEIGHT - 3);
  const names = days.map(({ day }) => formatNamedDay(day));
  const left = MARGIN + measureWidth(names, { fontSize }) + LABEL_MARGIN;
  const x = scaleTo(HOURS.length, left, room.width - MARGIN);
  const y = scaleTo(days.length, AXIS_HEIGHT, height);
  const colours = days.map(({ percents }) => percents.map((percent) => toColour(percent, scale)));
  return {
    height,
    shapes: [
      ...days.map(({ day }, row) =>
        drawText(formatNamedDay(day), [left - LABEL_MARGIN, y(row + 0.5)], {
          ...{ 'text-anchor': 'end', 'font-size': fontSize },
          ...(isWeekend(day)
            ? { fill: 'var(--ink)', 'font-weight': 'bold' }
            : { fill: 'var(--muted)' }),
        }),
      ),
      ...drawLabels(HOURS, (hour) => x(hour + 0.5), AXIS_HEIGHT - LABEL_DISTANCE, room),
      ...['gap', ...scale.map((_, at) => `h${at}`)].map(drawCells),
    ],
  };

  function drawCells(colour: string): Markup {
    const cells = colours.flatMap((ofDay, row) =>
      ofDay.map((each, hour) =>
        each === colour ? rectangle([x(hour), y(row)], [x(hour + 1), y(row + 1)]) : '',
      ),
    );
    return drawPath(cells, { fill: `var(--${colour})`, stroke: 'var(--paper)' });
  }
}

/** Undefined for an hour that has not begun. */
function toColour(
  percent: number | null | undefined,
  scale: readonly number[],
): string | undefined {
  if (percent == null) return percent === null ? 'gap' : undefined;
  return `h${Math.max(
    0,
    scale.findLastIndex((from) => percent >= from),
  )}`;
}
