import { HEAT_STEPS, type HeatDay, formatHourOfDay } from '../figures/heat.js';
import { axisLook, type Plot, type Room } from './draw.js';

const ROW_HEIGHT = { wide: 17, narrow: 14 } as const;
const AXIS_HEIGHT = 24;
const HOURS = Array.from({ length: 24 }, (_, at) => formatHourOfDay(at));

/** Days from top to bottom, the hours of the day from left to right. */
export function heatMapPlot(days: readonly HeatDay[], room: Room): Plot {
  const everyHour = room.kind === 'wide' ? 1 : 3;
  return {
    height: days.length * ROW_HEIGHT[room.kind] + AXIS_HEIGHT,
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
        axisLabel: { ...axisLook(room).axisLabel, interval: (at: number) => at % 2 === 1 },
        data: days.map(({ day }) => (room.kind === 'wide' ? day : day.slice(5))),
      },
      visualMap: { type: 'piecewise', show: false, pieces: PIECES },
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

const PIECES = [-Infinity, ...HEAT_STEPS].map((from, at) => ({
  ...(from === -Infinity ? {} : { gte: from }),
  ...(HEAT_STEPS[at] === undefined ? {} : { lt: HEAT_STEPS[at] }),
  color: `var(--h${at})`,
}));

function toCells({ percents }: HeatDay, row: number): number[][] {
  return percents.flatMap((percent, hour) => (percent === null ? [] : [[hour, row, percent]]));
}
