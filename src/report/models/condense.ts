import { credits } from '../../shared/units.js';
import type { ReportRow } from './day.js';
import { addUp } from './spent.js';

/** No program's number in a journal. */
const KERNEL_ID = -1;
/** Longer than a process's own name can be, so that no process is taken for the kernel. */
const KERNEL_NAME = '(kernel threads)';

/** The rows of kernel threads in one; the sums stay. */
export function joinKernelThreads(
  rows: readonly ReportRow[],
  programs: ReadonlySet<number>,
  roomMs: number,
): ReportRow[] {
  const threads = rows.filter(({ id }) => programs.has(id));
  const [first] = threads;
  if (first === undefined) return [...rows];
  const names = { id: KERNEL_ID, uid: null, name: KERNEL_NAME, key: KERNEL_NAME };
  const kernel = { ...first, ...names, ...addUp(threads, roomMs) };
  return [...rows.filter(({ id }) => !programs.has(id)), kernel];
}

/**
 * Parts rows from those whose credits round to 0.00. One such row takes no more room than the line for all of
 * them, and where there is no other all are shown.
 */
export function partTinyRows(rows: readonly ReportRow[]): {
  large: readonly ReportRow[];
  tiny: readonly ReportRow[];
} {
  const isTiny = ({ cpuMs }: ReportRow) => Math.round(credits(cpuMs) * 100) === 0;
  const tiny = rows.filter(isTiny);
  if (tiny.length < 2 || tiny.length === rows.length) return { large: rows, tiny: [] };
  return { large: rows.filter((row) => !isTiny(row)), tiny };
}
