import { formatHourOfDay, type HeatDay } from '../figures/heat.js';
import { formatNamedDay, isWeekend } from '../figures/parts.js';
import { axisLook, type Plot, type Room } from './draw.js';

const ROW_HEIGHT = 15;
const AXIS_HEIGHT = 24;
const HOURS = Array.from({ length: 24 }, (_, at) => formatHourOfDay(at));

/** Days from top to bottom, those of a weekend in bold, the hours of the day from left to right. */
export function heatMapPlot(days: readonly HeatDay[], scale: readonly number[], room: Room): Plot {
  const everyHour = room.kind === 'wide' ? 1 : 3;
  const fontSize = Math.min(room.fontSize, ROW_HEIGHT - 3);
  return {
    height: days.length * ROW_HEIGHT + AXIS_HEIGHT,
    option: {
      grid: { top: AXIS_HEIGHT, bottom: 0, left: 4, right: 4 },
      xAxis: {
        ...axisLook(room),
        type: 'category',
        position: 'top',
        axisLine: { show: false },
        splitLine: { show: false },
        axisLabel: { ...axisLook(room).axisLabel, interval: (at: number) => at % everyHour === 0 },
        data: HOURS,
      },
      yAxis: {
        ...axisLook(room),
        type: 'category',
        inverse: true,
        axisLine: { show: false },
        splitLine: { show: false },
        axisLabel: {
          ...axisLook(room).axisLabel,
          interval: 0,
          formatter: (day: string) =>
            `{${isWeekend(day) ? 'weekend' : 'weekday'}|${formatNamedDay(day)}}`,
          rich: {
            weekday: { color: 'var(--muted)', fontSize },
            weekend: { color: 'var(--ink)', fontWeight: 'bold', fontSize },
          },
        },
        data: days.map(({ day }) => day),
      },
      visualMap: { type: 'piecewise', show: false, pieces: toPieces(scale) },
      series: [
        {
          type: 'heatmap',
          silent: true,
          itemStyle: { borderColor: 'var(--paper)', borderWidth: 1 },
          data: days.flatMap(toCells),
        },
      ],
    },
  };
}

/** In place of the percentage of an hour that was not recorded. */
const NOT_RECORDED = -1;

function toPieces(scale: readonly number[]) {
  const steps = scale.map((from, at) => ({
    gte: at === 0 ? 0 : from,
    ...(scale[at + 1] === undefined ? {} : { lt: scale[at + 1] }),
    color: `var(--h${at})`,
  }));
  return [{ lt: 0, color: 'var(--gap)' }, ...steps];
}

function toCells({ percents }: HeatDay, row: number): number[][] {
  return percents.flatMap((percent, hour) =>
    percent === undefined ? [] : [[hour, row, percent ?? NOT_RECORDED]],
  );
}
