import { decimal, hoursMinutesSeconds, upToHundredths } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { type AnyLine, type Column, figure, nameColumn } from '../table/column.js';
import { drawingFor, screenText } from '../table/draw.js';
import { headOf } from '../table/head.js';
import type { Terminal } from '../terminal.js';
import type { Fit, SizeFit, Verdict } from './fit.js';
import { fitFoot } from './foot.js';

/** One line of the table: a size. */
interface SizeLine extends SizeFit, AnyLine {
  kind: 'row';
}

const VERDICTS: Record<Verdict, string> = {
  fits: 'fits',
  throttles: 'throttles',
  queues: 'work queues',
};

/** The fit for people: no line is wider than the terminal. */
export async function renderFitTable(fit: Fit, terminal: Terminal): Promise<string> {
  const draw = await drawingFor(terminal);
  const lines: SizeLine[] = fit.sizes.map((size) => ({
    kind: 'row',
    label: size.size.name,
    ...size,
  }));
  const tables = [draw(columnsOf(lines), lines)];
  const head = headOf(fit, [], demandInWords(fit), terminal.columns);
  return screenText({ head, tables, notes: fitFoot(fit) }, terminal);
}

/** How many of the recorded host's vCPUs were busy. */
function demandInWords({ peakPercent, demandCpuMs, replayedMs }: Fit): string[] {
  if (peakPercent === null) return [];
  return [
    `on average ${decimal(demandCpuMs / replayedMs)} vCPUs busy`,
    `in the busiest quarter-hour ${decimal(peakPercent / 100)}`,
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
    nameColumn('size', lines),
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
