import { MS_PER_SECOND, credits } from '../../../shared/units.js';
import { isCovered } from '../../models/coverage.js';
import type { Stack, StackPart } from '../figures/stack.js';
import { axisLook, type Plot, type PlotOption, type Room } from './draw.js';

const HEIGHT = { wide: 300, narrow: 240 } as const;
const SHARE_HEIGHT = { wide: 150, narrow: 130 } as const;

/** Where all together stay below this part of what the host can spend, its line would flatten the bars. */
const LEAST_PART_OF_CAPACITY = 0.2;

/** So many ticks have room side by side. */
const MOST_TICKS = { wide: 24, narrow: 8 } as const;

/** Credits of each user in each part, one on the other, and what all vCPUs could spend. */
export function stackPlot(stack: Stack, room: Room): Plot {
  const { parts, series } = stack;
  const bars = series.map(({ key, colour, cpuMs }) => ({
    type: 'bar' as const,
    name: key,
    stack: 'spent',
    barWidth: '76%',
    itemStyle: { color: toColour(colour), borderColor: 'var(--paper)', borderWidth: 0.5 },
    data: cpuMs.map(credits),
  }));
  return toPlot(parts, room, HEIGHT[room.kind], {
    yAxis: [{ ...valueAxis(room), name: 'credits', nameLocation: 'end', nameGap: 14 }, HIDDEN_AXIS],
    series: [gapBars(parts), ...bars, ...(showsCapacity(stack) ? [capacityLine(parts)] : [])],
  });
}

/** How much of each part was recorded, in per cent. */
export function sharePlot(parts: readonly StackPart[], room: Room): Plot {
  return toPlot(parts, room, SHARE_HEIGHT[room.kind], {
    grid: { top: 10, bottom: 26, left: 4, right: 4 },
    yAxis: [
      {
        ...valueAxis(room),
        max: 100,
        interval: 50,
        axisLabel: { ...axisLook(room).axisLabel, formatter: '{value}%' },
      },
      HIDDEN_AXIS,
    ],
    series: [
      gapBars(parts),
      {
        type: 'bar',
        barWidth: '76%',
        itemStyle: { color: 'var(--s0)' },
        data: parts.map(({ elapsedMs, recordedMs }) =>
          elapsedMs === 0 ? 0 : (100 * recordedMs) / elapsedMs,
        ),
      },
    ],
  });
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

const HIDDEN_AXIS = { type: 'value' as const, show: false, min: 0, max: 1 };

function toPlot(parts: readonly StackPart[], room: Room, height: number, rest: PlotOption): Plot {
  const step = Math.ceil(parts.length / MOST_TICKS[room.kind]);
  return {
    height,
    option: {
      grid: { top: 34, bottom: 26, left: 4, right: 4 },
      xAxis: [
        {
          ...axisLook(room),
          type: 'category',
          splitLine: { show: false },
          axisLabel: { ...axisLook(room).axisLabel, interval: (at: number) => at % step === 0 },
          data: parts.map(({ tick }) => tick),
        },
        { type: 'category', show: false, data: parts.map(({ tick }) => tick) },
      ],
      ...rest,
    },
  };
}

function valueAxis(room: Room) {
  return {
    ...axisLook(room),
    type: 'value' as const,
    min: 0,
    splitNumber: 4,
    axisLine: { show: false },
  };
}

/** A background where too little was recorded, so that a gap is not taken for rest. */
function gapBars(parts: readonly StackPart[]) {
  return {
    type: 'bar' as const,
    // Bars of one axis would stand side by side.
    xAxisIndex: 1,
    yAxisIndex: 1,
    barWidth: '100%',
    silent: true,
    z: 0,
    itemStyle: { color: 'var(--gap)' },
    data: parts.map((part) => (isPoorlyRecorded(part) ? 1 : 0)),
  };
}

/** Whether so little of a part was recorded that its bar may be too low. */
export function isPoorlyRecorded(part: StackPart): boolean {
  return part.elapsedMs - part.recordedMs >= MS_PER_SECOND && !isCovered(part);
}

function capacityLine(parts: readonly StackPart[]) {
  return {
    type: 'line' as const,
    step: 'middle' as const,
    symbol: 'none',
    z: 5,
    lineStyle: { color: 'var(--ink)', width: 1.5, type: 'dashed' as const },
    data: parts.map(({ capacityCpuMs }) => (capacityCpuMs === null ? '-' : credits(capacityCpuMs))),
  };
}
