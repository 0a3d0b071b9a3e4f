import { count, rounded } from '../../../shared/numbers.js';
import { shortened } from '../../formats/markup.js';
import { axisLook, type Plot, type Room, measureWidth } from './draw.js';

/** More bars than these are not compared by eye; the table has all rows. */
export const MOST_BARS = 10;

const NAME_CHARACTERS = { wide: 24, narrow: 13 } as const;
const BAR_HEIGHT = 22;
const AXIS_HEIGHT = 34;

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

/** Above the bars. */
const LINE_Z = 5;

const WHOLE_PERCENT = 100;

/** Per cent from one label of such an axis to the next. */
const INTERVAL = { wide: 10, narrow: 50 } as const;

/** How much paler a bar goes on. */
const MORE_OPACITY = 0.4;

/**
 * What 100 % is to the bars: a line across all of them, the end of the axis, or nothing to compare them with. Unless it
 * is nothing, the axis goes as far, so that short bars look short.
 */
type Whole = 'marked' | 'end' | 'unmarked';

/** One bar below the other, the first on top; lengths are in per cent. */
export function barsPlot(bars: readonly Bar[], whole: Whole, room: Room): Plot {
  const most = Math.max(0, ...bars.map(({ value, more }) => value + more));
  const figures = bars.map(formatBar);
  const figureWidth = Math.max(0, ...figures.map((text) => measureWidth(text, room)));
  return {
    height: bars.length * BAR_HEIGHT + AXIS_HEIGHT,
    option: {
      grid: { top: 6, bottom: AXIS_HEIGHT - 6, left: 4, right: figureWidth + FIGURE_MARGIN },
      xAxis: {
        ...axisLook(room),
        type: 'value',
        min: 0,
        ...(whole !== 'unmarked' && most <= WHOLE_PERCENT
          ? { max: WHOLE_PERCENT, interval: INTERVAL[room.kind] }
          : { splitNumber: room.kind === 'wide' ? 8 : 3 }),
        axisLabel: {
          ...axisLook(room).axisLabel,
          formatter: (value: number) => `${count(value)}%`,
          hideOverlap: true,
        },
      },
      yAxis: {
        ...axisLook(room),
        type: 'category',
        inverse: true,
        splitLine: { show: false },
        axisLabel: { ...axisLook(room).axisLabel, color: 'var(--ink)', interval: 0 },
        data: bars.map(({ label }) => shortened(label, NAME_CHARACTERS[room.kind])),
      },
      series: [
        {
          type: 'bar',
          stack: 'bar',
          barWidth: '64%',
          data: bars.map(({ value, colour }) => ({ value, itemStyle: { color: colour } })),
          ...(whole === 'marked' ? { markLine: markLine(WHOLE_PERCENT) } : {}),
        },
        {
          type: 'bar',
          stack: 'bar',
          data: bars.map(({ more, colour }) => ({
            value: more,
            itemStyle: { color: colour, opacity: MORE_OPACITY },
          })),
        },
        figuresBehind(bars, figures, room),
      ],
    },
  };
}

/** `12.34%`, or `12.34 → 18.20%` where the bar goes on. */
function formatBar({ value, more }: Bar): string {
  return more > 0 ? `${rounded(value)} → ${rounded(value + more)}%` : `${rounded(value)}%`;
}

/** Bars of no length at the end of each, on top of all lines: a figure that a line crosses can't be read. */
function figuresBehind(bars: readonly Bar[], figures: readonly string[], { fontSize }: Room) {
  return {
    type: 'bar' as const,
    stack: 'bar',
    z: LINE_Z + 1,
    label: {
      show: true,
      position: 'right' as const,
      color: 'var(--muted)',
      backgroundColor: 'var(--paper)',
      padding: [1, 2] as [number, number],
      fontSize,
      formatter: ({ dataIndex }: { dataIndex: number }) => figures[dataIndex] ?? '',
    },
    data: bars.map(({ isAlarming }) => ({
      value: 0,
      ...(isAlarming ? { label: { color: 'var(--alarm)', fontWeight: 'bold' as const } } : {}),
    })),
  };
}

function markLine(xAxis: number) {
  return {
    symbol: 'none',
    silent: true,
    z: LINE_Z,
    label: { show: false },
    lineStyle: { color: 'var(--ink)', type: 'solid' as const, width: 1.5 },
    data: [{ xAxis }],
  };
}
