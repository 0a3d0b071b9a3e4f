import { html, type Markup } from '../../formats/markup.js';

/** Of a digit or letter in the widest of the usual fonts, in parts of its size: labels must not be cut off. */
const CHARACTER_WIDTH = 0.62;

/** A drawing for a screen or for a phone, in CSS pixels at its full size. */
export interface Room {
  kind: 'wide' | 'narrow';
  width: number;
  fontSize: number;
}

/** Shapes of SVG in a room of this height. */
export interface Drawing {
  height: number;
  shapes: readonly Markup[];
}

/** Each is shown from a width of the page on at which its text is 10 pixels high or more. */
const ROOMS: readonly Room[] = [
  { kind: 'wide', width: 900, fontSize: 13 },
  { kind: 'narrow', width: 360, fontSize: 12 },
];

/** The plot as SVG, once for each kind of screen; the style sheet shows one of them. */
export function drawPlot(drawIn: (room: Room) => Drawing, label: string): Markup {
  return html`${ROOMS.map((room) => {
    const { kind, width, fontSize } = room;
    const { height, shapes } = drawIn(room);
    return html`<svg
      class="${kind}"
      viewBox="0 0 ${width} ${height}"
      font-size="${fontSize}"
      role="img"
      aria-label="${label}"
    >
      ${shapes}
    </svg>`;
  })}`;
}

/** How much room the widest of the texts takes, in pixels; which font it will be only the browser knows. */
export function measureWidth(
  texts: readonly string[],
  { fontSize }: Pick<Room, 'fontSize'>,
): number {
  return Math.max(0, ...texts.map(({ length }) => length)) * fontSize * CHARACTER_WIDTH;
}
