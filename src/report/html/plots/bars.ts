import { count, decimal } from '../../../shared/numbers.js';
import { shortened } from '../markup.js';
import { axisLook, type Plot, type Room } from './draw.js';

/** More bars than these are not compared by eye; the table has all rows. */
export const MOST_BARS = 20;

const NAME_CHARACTERS = { wide: 24, narrow: 13 } as const;
const BAR_HEIGHT = 24;
const AXIS_HEIGHT = 34;

/** For the figure at the end of the longest bar. */
const FIGURE_WIDTH = 64;

/** A bar that lies: a first part, and one that goes on from there. */
export interface Bar {
  label: string;
  value: number;
  colour: string;
  /** How much longer the bar is by its second part. */
  more: number;
}

/** What a bar's length, in per cent, means. */
export interface BarScale {
  moreColour: string;
  /** Whether a line across all bars shows where 100 % is. */
  marksWhole: boolean;
}

/** The axis ends here unless a bar is longer, so that short bars look short. */
const WHOLE_PERCENT = 100;

/** Per cent from one label of such an axis to the next. */
const INTERVAL = { wide: 10, narrow: 25 } as const;

/** One bar below the other, the first on top. */
export function barsPlot(
  bars: readonly Bar[],
  { moreColour, marksWhole }: BarScale,
  room: Room,
): Plot {
  const most = Math.max(0, ...bars.map(({ value, more }) => value + more));
  return {
    height: bars.length * BAR_HEIGHT + AXIS_HEIGHT,
    option: {
      grid: { top: 6, bottom: AXIS_HEIGHT - 6, left: 4, right: FIGURE_WIDTH },
      xAxis: {
        ...axisLook(room),
        type: 'value',
        min: 0,
        ...(most <= WHOLE_PERCENT
          ? { max: WHOLE_PERCENT, interval: INTERVAL[room.kind] }
          : { splitNumber: room.kind === 'wide' ? 8 : 4 }),
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
          ...(marksWhole ? { markLine: markLine(WHOLE_PERCENT) } : {}),
        },
        {
          type: 'bar',
          stack: 'bar',
          itemStyle: { color: moreColour },
          label: {
            show: true,
            position: 'right',
            color: 'var(--muted)',
            fontSize: room.fontSize,
            formatter: ({ dataIndex }) => `${decimal(bars[dataIndex]?.value ?? 0)}%`,
          },
          data: bars.map(({ more }) => more),
        },
      ],
    },
  };
}

function markLine(xAxis: number) {
  return {
    symbol: 'none',
    silent: true,
    label: { show: false },
    lineStyle: { color: 'var(--ink)', type: 'solid' as const, width: 1.5 },
    data: [{ xAxis }],
  };
}
