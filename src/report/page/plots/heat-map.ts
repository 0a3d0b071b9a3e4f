import { trusted } from '../../formats/markup.js';
import { formatHourOfDay, type HeatDay } from '../figures/heat.js';
import { formatNamedDay, isWeekend } from '../figures/parts.js';
import { type Drawing, measureWidth, type Room } from './draw.js';

const ROW_HEIGHT = 15;
const AXIS_HEIGHT = 24;
const LABEL_MARGIN = 8;
const MARGIN = 4;
const HOURS = 24;

/** Cells overlap by this much, so that nothing shines through between them. */
const OVERLAP = 0.5;

/**
 * Days from top to bottom, those of a weekend in bold, the hours of the day from left to right. The library would take
 * half of the page's time for these rectangles.
 */
export function heatMap(days: readonly HeatDay[], scale: readonly number[], room: Room): Drawing {
  const height = days.length * ROW_HEIGHT + AXIS_HEIGHT;
  const fontSize = Math.min(room.fontSize, ROW_HEIGHT - 3);
  const names = days.map(({ day }) => formatNamedDay(day));
  const nameWidth = Math.max(...names.map((name) => measureWidth(name, { ...room, fontSize })));
  const left = MARGIN + (nameWidth + LABEL_MARGIN - 1);
  const hourWidth = (room.width - MARGIN - left) / HOURS;
  const everyHour = room.kind === 'wide' ? 1 : 3;
  const shapes = [
    `<rect width="${room.width}" height="${height}" x="0" y="0" fill="none"></rect>`,
    ...days.map(({ day }, row) => nameOf(day, row)),
    ...Array.from({ length: HOURS / everyHour }, (_, at) => hourOf(at * everyHour)),
    ...days.flatMap(({ percents }, row) =>
      percents.flatMap((percent, hour) =>
        percent === undefined ? [] : cellOf(percent, hour, row),
      ),
    ),
  ];
  return { height, shapes: trusted(`\n${shapes.join('\n')}\n\n`) };

  function nameOf(day: string, row: number): string {
    const [weight, colour] = isWeekend(day) ? ['font-weight:bold;', 'ink'] : ['', 'muted'];
    const [x, y] = [left - LABEL_MARGIN, AXIS_HEIGHT + (row + 0.5) * ROW_HEIGHT];
    return (
      `<text dominant-baseline="central" text-anchor="end" style="font-size:${fontSize}px;font-family:inherit;${weight}"` +
      ` xml:space="preserve" transform="translate(${toPlaces(4, x)} ${y})" fill="var(--${colour})">${formatNamedDay(day)}</text>`
    );
  }

  function hourOf(hour: number): string {
    const x = left + (hour + 0.5) * hourWidth;
    return (
      `<text dominant-baseline="central" text-anchor="middle" style="font-size:${room.fontSize}px;font-family:inherit;"` +
      ` y="${-measureWidth('0', room) / 2}" transform="translate(${toPlaces(4, x)} ${AXIS_HEIGHT - LABEL_MARGIN})"` +
      ` fill="var(--muted)">${formatHourOfDay(hour)}</text>`
    );
  }

  function cellOf(percent: number | null, hour: number, row: number): string {
    const [width, height] = [hourWidth + OVERLAP, ROW_HEIGHT + OVERLAP];
    const x = left + (hour + 0.5) * hourWidth - width / 2;
    const y = AXIS_HEIGHT + (row + 0.5) * ROW_HEIGHT - height / 2;
    const path = `M${toPlaces(1, x)} ${toPlaces(1, y)}l${toPlaces(1, width)} 0l0 ${toPlaces(1, height)}l-${toPlaces(1, width)} 0Z`;
    return `<path d="${path}" fill="var(--${toColour(percent, scale)})" stroke="var(--paper)"></path>`;
  }
}

function toColour(percent: number | null, scale: readonly number[]): string {
  if (percent === null) return 'gap';
  return `h${Math.max(
    0,
    scale.findLastIndex((from) => percent >= from),
  )}`;
}

function toPlaces(places: number, value: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
