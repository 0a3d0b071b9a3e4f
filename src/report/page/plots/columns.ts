import { MS_PER_SECOND, credits } from '../../../shared/units.js';
import { isCovered } from '../../models/coverage.js';
import type { LinePoint, Outlook } from '../figures/outlook.js';
import type { Stack, StackPart } from '../figures/stack.js';
import { axisLook, measureWidth, type Plot, type PlotOption, type Room } from './draw.js';

const HEIGHT = { wide: 230, narrow: 220 } as const;

/** More bars than these are too thin for a border. */
const MOST_BORDERED = 40;

/** Where all together stay below this part of what the host can spend, its line would flatten the bars. */
const LEAST_PART_OF_CAPACITY = 0.2;

/** Of the room for ticks, what stays free. */
const TICK_SPACE = 0.7;

/**
 * Credits of each user in each part, one on the other, and what all vCPUs could spend.
 *
 * @param outlook days beyond the stack's own, and a line through all of them with its range
 */
export function stackPlot(stack: Stack, outlook: Outlook | undefined, room: Room): Plot {
  const parts = outlook?.parts ?? stack.parts;
  const borderWidth = parts.length > MOST_BORDERED ? 0 : 0.5;
  const bars = stack.series.map(({ key, colour, cpuMs }) => ({
    type: 'bar' as const,
    name: key,
    stack: 'spent',
    barWidth: '76%',
    itemStyle: { color: toColour(colour), borderColor: 'var(--paper)', borderWidth },
    // A bar of no height would still have a border.
    data: cpuMs.map((ms) => (ms === 0 ? '-' : credits(ms))),
  }));
  return toPlot(parts, room, HEIGHT[room.kind], {
    yAxis: [{ ...valueAxis(room), name: 'credits', nameLocation: 'end', nameGap: 14 }, HIDDEN_AXIS],
    series: [
      gapBars(parts),
      ...bars,
      ...(outlook === undefined ? [] : fittedLine(outlook)),
      ...(showsCapacity(stack) ? [capacityLine(parts)] : []),
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
  const tickWidth = Math.max(0, ...parts.map(({ tick }) => measureWidth(tick, room)));
  const step = Math.ceil((parts.length * tickWidth) / (TICK_SPACE * room.width));
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

/** The line with its range, which ends at what all vCPUs can spend. */
function fittedLine({ parts, points }: Outlook) {
  const within = points.map(({ low, value, high }, at): LinePoint => {
    const most = parts[at]?.capacityCpuMs ?? Infinity;
    return { low: Math.min(low, most), value: Math.min(value, most), high: Math.min(high, most) };
  });
  const hidden = { color: 'transparent', width: 0 };
  const look = { type: 'line' as const, symbol: 'none', silent: true, z: 4 };
  return [
    { ...look, stack: 'range', lineStyle: hidden, data: within.map(({ low }) => credits(low)) },
    {
      ...look,
      stack: 'range',
      lineStyle: hidden,
      areaStyle: { color: 'var(--range)' },
      data: within.map(({ low, high }) => credits(high - low)),
    },
    {
      ...look,
      lineStyle: { color: 'var(--ink)', width: 2 },
      data: within.map(({ value }) => credits(value)),
    },
  ];
}
