import { harmlessText } from '../../shared/harmless-text.js';
import { count, decimal, hoursMinutesSeconds } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import type { JournalReport } from '../report.js';
import { type AnyLine, type Column, figure, nameColumn } from '../formats/column.js';
import { startInWords } from '../views/date-format.js';
import type { LifecycleRow, Lifecycles } from './details.js';
import { averagePercent } from './lifecycles.js';

/** As long as `(others: 1,234,567)`: the kernel's names are whole, and so is the number of those that are not shown. */
const PROCESS_MIN = 19;

/** One line of the table: a process by its command, those that are not shown, or all. */
export interface LifecycleLine extends AnyLine {
  kind: 'row' | 'others' | 'total';
  cpuMs: number;
  unseenCpuMs: number;
  /** Undefined where several processes stand together. */
  row: LifecycleRow | undefined;
}

export function lifecycleLinesOf(
  report: JournalReport,
  { shown, others }: Lifecycles,
): LifecycleLine[] {
  if (shown.length === 0) return [];
  const lines: LifecycleLine[] = shown.map((row) => ({
    kind: 'row',
    label: harmlessText(row.command),
    cpuMs: row.cpuMs,
    unseenCpuMs: row.unseenCpuMs,
    row,
  }));
  if (others !== null) {
    const label = `(others: ${count(others.rows)})`;
    lines.push({ ...others, kind: 'others', label, row: undefined });
  }
  const { cpuMs, unseenCpuMs } = report.total;
  const total = { cpuMs, unseenCpuMs: unseenCpuMs ?? 0 };
  return [...lines, { ...total, kind: 'total', label: 'total', row: undefined }];
}

/** Every column of a table whose rows are processes, from left to right. */
export function lifecycleColumnsOf(
  { period, onlyUser }: JournalReport,
  lines: readonly LifecycleLine[],
): Column<LifecycleLine>[] {
  const hasUnseen = lines.some(({ unseenCpuMs }) => unseenCpuMs > 0);
  return [
    nameColumn('process', lines, PROCESS_MIN),
    figureOfRow('pid', '', 1, ({ pid }) => String(pid)),
    ...(onlyUser === null ? [textColumn('user', 0, lines, ({ user }) => user)] : []),
    textColumn('program', 7, lines, ({ program }) => program),
    figureOfRow('started', '', 3, ({ startedMs }) => startInWords(startedMs, period)),
    figureOfRow('duration', 'h:m:s', 4, ({ durationMs }) => hoursMinutesSeconds(durationMs)),
    figureOfRow('average', '%', 2, (row) => decimal(averagePercent(row))),
    figure<LifecycleLine>({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 5,
      cell: ({ cpuMs }) => hoursMinutesSeconds(cpuMs),
    }),
    ...(hasUnseen ? [unseen()] : []),
    figure<LifecycleLine>({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: ({ cpuMs }) => decimal(credits(cpuMs)),
    }),
  ];
}

function unseen(): Column<LifecycleLine> {
  return figure<LifecycleLine>({
    title: 'of it unseen',
    unit: 'h:m:s',
    rank: 6,
    cell: ({ unseenCpuMs }) => (unseenCpuMs === 0 ? '' : hoursMinutesSeconds(unseenCpuMs)),
  });
}

function figureOfRow(
  title: string,
  unit: string,
  rank: number,
  shown: (row: LifecycleRow) => string,
): Column<LifecycleLine> {
  const cell = ({ row }: LifecycleLine) => (row === undefined ? '' : shown(row));
  return figure<LifecycleLine>({ title, unit, rank, cell });
}

function textColumn(
  title: string,
  rank: number,
  lines: readonly LifecycleLine[],
  textOf: (row: LifecycleRow) => string,
): Column<LifecycleLine> {
  const label = ({ row }: LifecycleLine) => (row === undefined ? '' : harmlessText(textOf(row)));
  const named = lines.map((line) => ({ ...line, label: label(line) }));
  return { ...nameColumn<LifecycleLine>(title, named), rank, cell: label };
}
