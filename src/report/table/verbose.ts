import { harmlessText } from '../../shared/harmless-text.js';
import { gapReason } from '../gap-reason.js';
import type { JournalReport, ReportedRun } from '../report.js';
import { formatDuration, spanInWords } from '../views/date-format.js';
import { count } from '../../shared/numbers.js';
import { selectionInWords } from '../views/selection.js';

/** No list is longer than this; the rest is said in one line. */
const MAX_LISTED = 500;

/** What the column ± says. */
export const RANGE_LINE =
  '±: by how much CPU time may be off; never below 0, nor above what the vCPUs had left beside the others';

/** Each gap with its reason, and each run of the recorder with what it recorded. */
export function verboseLines(report: JournalReport): string[] {
  const { coverage, period, runs } = report;
  const gaps = coverage.gaps.map(
    (gap) =>
      `${spanInWords(gap, period)}  ${formatDuration(gap.toMs - gap.fromMs)}, ${gapReason(gap, runs)}`,
  );
  return [
    ...section('gaps', gaps),
    ...section(
      'recorder',
      runs.map((run) => runLine(run, report)),
    ),
  ];
}

function runLine(run: ReportedRun, { period }: JournalReport): string {
  const span = spanInWords({ fromMs: run.startedMs, toMs: run.lastTickMs }, period);
  const end = run.endReason ?? (run.running ? 'running' : 'no sign of life since');
  const every = `each ${formatDuration(run.intervalMs)}`;
  return `${span}  ${selectionInWords(run)}, ${every}, psusage ${harmlessText(run.version)}, ${end}`;
}

function section(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - MAX_LISTED;
  return [
    '',
    title,
    ...entries.slice(0, MAX_LISTED).map((entry) => `  ${entry}`),
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
  ];
}
