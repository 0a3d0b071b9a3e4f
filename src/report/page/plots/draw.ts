import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { html, type Markup, trusted } from '../../formats/markup.js';
import { init, setPlatformAPI } from './echarts.js';

/** Of a digit or letter in the widest of the usual fonts, in parts of its size: labels must not be cut off. */
const CHARACTER_WIDTH = 0.62;

// Which font it will be only the browser knows.
setPlatformAPI({
  measureText: (text, font = '') => ({
    width: text.length * parseFontSize(font) * CHARACTER_WIDTH,
  }),
});

export type PlotOption = ComposeOption<BarSeriesOption | GridComponentOption | LineSeriesOption>;

/** A drawing for a screen or for a phone, in CSS pixels at its full size. */
export interface Room {
  kind: 'wide' | 'narrow';
  width: number;
  fontSize: number;
}

export interface Plot {
  height: number;
  option: PlotOption;
}

/** Each is shown from a width of the page on at which its text is 10 pixels high or more. */
const ROOMS: readonly [Room, ...Room[]] = [
  { kind: 'wide', width: 900, fontSize: 13 },
  { kind: 'narrow', width: 360, fontSize: 12 },
];

/** Shapes of SVG in a room of this height. */
export interface Drawing {
  height: number;
  shapes: Markup;
}

/** The plot as SVG, once for each kind of screen; the style sheet shows one of them. */
export function drawPlot(plotIn: (room: Room) => Plot, label: string): Markup {
  return drawShapes((room) => {
    const { height, option } = plotIn(room);
    const svg = draw(
      { width: room.width, height },
      { ...STILL, ...textStyle(room.fontSize), ...option },
    );
    return { height, shapes: trusted(extractShapes(svg)) };
  }, label);
}

/** The same of a drawing that needs no library. */
export function drawShapes(drawIn: (room: Room) => Drawing, label: string): Markup {
  return html`${ROOMS.map((room) => {
    const { width, kind } = room;
    const { height, shapes } = drawIn(room);
    return html`<svg
      class="${kind}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${label}"
    >
      ${shapes}
    </svg>`;
  })}`;
}

/** How much room a text takes, in pixels. */
export function measureWidth(text: string, { fontSize }: Room): number {
  return text.length * fontSize * CHARACTER_WIDTH;
}

/** How lines and texts of an axis look; colours are those of the style sheet, light or dark. */
export function axisLook({ fontSize }: Room) {
  return {
    axisLine: { lineStyle: { color: 'var(--line)' } },
    axisTick: { show: false },
    axisLabel: { color: 'var(--muted)', fontSize },
    nameTextStyle: { color: 'var(--muted)', fontSize },
    splitLine: { lineStyle: { color: 'var(--line)' } },
  };
}

const STILL = { animation: false } as const;

function textStyle(fontSize: number) {
  return { textStyle: { color: 'var(--ink)', fontFamily: 'inherit', fontSize } };
}

/** Of a font as CSS writes it, such as `normal 13px inherit`; in pixels. */
function parseFontSize(font: string): number {
  const [, pixels] = /(\d+)px/.exec(font) ?? [];
  return pixels === undefined ? ROOMS[0].fontSize : Number(pixels);
}

function draw(size: { width: number; height: number }, option: PlotOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/**
 * Without the frame, what only the library's own scripts in a browser would read, and paths to clip by:
 * nothing is drawn beyond its axes, and their ids count all that was ever drawn in the process.
 */
function extractShapes(svg: string): string {
  return svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replaceAll(/<(style|defs) >[^]*?<\/\1>/g, '')
    .replaceAll(/ clip-path="[^"]*"/g, '')
    .replaceAll(/ (?:ecmeta_\w+|class)="[^"]*"/g, '');
}
