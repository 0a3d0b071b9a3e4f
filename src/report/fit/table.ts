import { harmlessText } from '../../shared/harmless-text.js';
import { decimal, hoursMinutesSeconds, upToHundredths } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { coloursOf } from '../table/colours.js';
import { type Column, figure, nameColumn } from '../table/columns.js';
import { fitColumns } from '../table/fit.js';
import { renderGrid } from '../table/grid.js';
import { untilNow, vcpusInWords } from '../table/head.js';
import { periodInWords } from '../table/moments.js';
import { wrap, wrapParts } from '../table/text.js';
import type { Terminal } from '../terminal.js';
import type { Fit, SizeFit, Verdict } from './fit.js';
import { fitFoot } from './foot.js';

/** One line of the table: a size. */
interface SizeLine extends SizeFit {
  kind: 'row';
  label: string;
}

const VERDICTS: Record<Verdict, string> = {
  fits: 'fits',
  throttles: 'throttles',
  queues: 'work queues',
};

/** The fit for people: no line is wider than the terminal. */
export async function renderFitTable(fit: Fit, terminal: Terminal): Promise<string> {
  const colours = await coloursOf(terminal);
  const lines: SizeLine[] = fit.sizes.map((size) => ({
    kind: 'row',
    label: size.size.name,
    ...size,
  }));
  const columns = fitColumns(columnsOf(lines), lines, terminal.columns);
  return [
    ...headLines(fit, terminal.columns),
    '',
    ...renderGrid(columns, lines, colours),
    '',
    ...fitFoot(fit).flatMap((note) => wrap(note, terminal.columns)),
    '',
  ].join('\n');
}

function headLines(fit: Fit, columns: number): string[] {
  const { host, period, vcpus, peakPercent, demandCpuMs, replayedMs } = fit;
  const days = periodInWords(period) + untilNow(fit);
  const demand =
    peakPercent === null
      ? []
      : [
          `on average ${upToHundredths(demandCpuMs / replayedMs)} vCPUs busy`,
          `in the busiest quarter-hour ${upToHundredths(peakPercent / 100)}`,
        ];
  return [
    ...wrapParts([harmlessText(host), days, period.timeZone], columns),
    ...wrapParts([...(vcpus === null ? [] : [vcpusInWords(vcpus)]), ...demand], columns),
  ];
}

function columnsOf(lines: readonly SizeLine[]): Column<SizeLine>[] {
  const inCredits = (
    title: string,
    rank: number,
    cpuMs: (fit: SizeFit) => number,
  ): Column<SizeLine> =>
    figure<SizeLine>({
      title,
      unit: 'credits',
      rank,
      cell: (line) => decimal(credits(cpuMs(line))),
    });
  const ofSize = (
    title: string,
    unit: string,
    rank: number,
    value: (fit: SizeFit) => number,
  ): Column<SizeLine> =>
    figure<SizeLine>({ title, unit, rank, cell: (line) => upToHundredths(value(line)) });
  return [
    nameColumn('size', Math.max('size'.length, ...lines.map(({ label }) => label.length))),
    ofSize('vCPUs', '', 3, ({ size }) => size.vcpus),
    ofSize('baseline', '% a vCPU', 4, ({ size }) => size.baselinePercent),
    ofSize('earns', 'an hour', 5, ({ size }) => size.creditsPerHour),
    ofSize('cap', 'credits', 6, ({ size }) => size.capCredits),
    inCredits('lowest', 0, ({ lowestBalanceCpuMs }) => lowestBalanceCpuMs),
    figure<SizeLine>({
      title: 'throttled',
      unit: 'h:m:s',
      rank: 0,
      cell: ({ throttledMs }) => hoursMinutesSeconds(throttledMs),
      alarming: ({ throttledMs }) => throttledMs > 0,
    }),
    inCredits('charged', 1, ({ chargedCpuMs }) => chargedCpuMs),
    inCredits('queued', 7, ({ queuedCpuMs }) => queuedCpuMs),
    {
      title: 'verdict',
      unit: '',
      align: 'left',
      rank: 0,
      cell: ({ verdict }) => VERDICTS[verdict],
      alarming: ({ verdict }) => verdict !== 'fits',
    },
  ];
}
