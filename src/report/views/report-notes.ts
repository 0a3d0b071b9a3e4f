import { rounded, sum } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import type { GapReason, RecorderRun } from '../data/runs.js';
import type { NearestRecording, NearestRecordings } from '../models/nearest-recording.js';
import type { Span } from '../../shared/days.js';
import type { FleetReport, JournalReport, Report, ReportedRun } from '../models/day.js';
import { formatDuration, formatMoment, formatSpan } from './date-format.js';
import { gapsNote, nothingRecordedNote, recordingNotes, renamedNote, listNotes } from './notes.js';
import { isSelective, formatSelection } from './selection.js';

/**
 * How much of the period was recorded, and what the figures leave out.
 *
 * @param areOfUsers whether each row is of a user
 */
export function reportNotes(report: Report, areOfUsers: boolean): string[] {
  if (report.source === 'influx') {
    return [CREDIT_NOTE, receivedNote(report), ...shortLivedNote(report)];
  }
  return [
    CREDIT_NOTE,
    ...gapsNote(report),
    ...gapSpendingNote(report),
    ...renamedNote(report.renamed, { onlyUsers: report.onlyUsers, areOfUsers }),
    ...shortLivedNote(report),
    ...changedNote(report),
    ...recordingNotes(report),
    ...recorderNote(report),
  ];
}

const CREDIT_NOTE = 'credit: one vCPU at 100 % for a minute';

function receivedNote({ destination }: FleetReport): string {
  return (
    `from ${destination}: what it has received; ` +
    "coverage and processes are known to each machine's own journal"
  );
}

/** What no sample showed: the parents' totals tell it. */
function shortLivedNote({ total: { unseenCpuMs } }: Report): string[] {
  const spent = rounded(credits(unseenCpuMs ?? 0));
  if (['0', '<0.01'].includes(spent)) return [];
  return [
    `${spent} of these credits were spent by processes too short-lived to be seen; they count for their parent's user`,
  ];
}

/** Why processes add up to more than the total. */
function changedNote({ by, rows, others, total }: JournalReport): string[] {
  const counted = sum(
    [...rows, ...(others === null ? [] : [others])].map((row) => row.processes ?? 0),
  );
  if (counted <= (total.processes ?? 0)) return [];
  return [`a process that changed its ${by} counts for each of them, and once in the total`];
}

/** Why shares of the host are smaller than credits tell. */
function gapSpendingNote({ total: { cpuMs, recordedCpuMs } }: JournalReport): string[] {
  const spent = rounded(credits(cpuMs - (recordedCpuMs ?? cpuMs)));
  if (['0', '<0.01'].includes(spent)) return [];
  return [
    `${spent} of these credits were spent while nothing was recorded: they are not in 'of host'`,
  ];
}

function recorderNote({ recorderCpuMs, coverage }: JournalReport): string[] {
  if (recorderCpuMs === 0) return [];
  const percent = rounded((100 * recorderCpuMs) / Math.max(coverage.recordedMs, 1));
  const spent = rounded(credits(recorderCpuMs));
  return [`psusage used ${spent} credits itself, ${percent} % of one vCPU (not counted above)`];
}

/** What to say of a period without a single row. */
export function emptyNotes(report: Report, nearest: NearestRecordings): string[] {
  if (report.source === 'influx') {
    return [`nothing was received for ${report.period.days === 1 ? 'this day' : 'these days'}`];
  }
  if (report.coverage.recordedMs > 0) {
    const { onlyUsers, period } = report;
    if (onlyUsers !== null)
      return [nothingRecordedNote(period, `no process of ${onlyUsers.label}`)];
    return [report.runs.some(isSelective) ? 'no such process was seen' : 'no process was seen'];
  }
  const moment = ({ atMs, run }: NearestRecording) =>
    `${formatMoment(atMs, report.period.timeZone)} (${formatSelection(run)})`;
  const { before, after } = nearest;
  return [
    nothingRecordedNote(report.period),
    ...(before === undefined ? [] : [`last recorded before: ${moment(before)}`]),
    ...(after === undefined ? [] : [`next recorded after: ${moment(after)}`]),
  ];
}

/** What the column says. */
export const RANGE_NOTE =
  '± s: by how many seconds CPU time may be off; never below 0, nor above what the vCPUs had left beside the others';

/** Each gap with its reason, and each run of the recorder with what it recorded. */
export function verboseNotes(report: JournalReport): string[] {
  const { coverage, period, runs } = report;
  const gaps = coverage.gaps.map(
    (gap) =>
      `${formatSpan(gap, period)}  ${formatDuration(gap.toMs - gap.fromMs)}, ${formatGapReason(gap, runs)}`,
  );
  return [
    ...listNotes('gaps', gaps),
    ...listNotes(
      'recorder',
      runs.map((run) => formatRun(run, report)),
    ),
  ];
}

function formatRun(run: ReportedRun, { period }: JournalReport): string {
  const span = formatSpan({ fromMs: run.startedMs, toMs: run.lastTickMs }, period);
  const end = run.endReason ?? (run.running ? 'running' : 'no sign of life since');
  const every = `each ${formatDuration(run.intervalMs)}`;
  return `${span}  ${formatSelection(run)}, ${every}, psusage ${run.version}, ${end}`;
}

const WITHIN_A_RUN: Record<GapReason, string> = {
  ps: 'ps gave no usable answer',
  late: 'the recorder was held up',
  suspended: 'the host was suspended',
  journal: 'the journal could not be written',
  damaged: 'the journal was damaged',
};

const AFTER_A_RUN = {
  stopped: 'the recorder was stopped',
  failed: 'the recorder failed',
  crashed: 'the recorder was killed',
  rebooted: 'the host was rebooted',
  unknown: 'no sign of life from the recorder',
} as const;

/** Why nothing was recorded in a stretch, as far as the runs of the period tell. */
export function formatGapReason(stretch: Span, runs: readonly RecorderRun[]): string {
  const ended = runs.findLast((run) => run.lastTickMs === stretch.fromMs);
  if (ended !== undefined) return AFTER_A_RUN[ended.endReason ?? 'unknown'];
  for (const run of runs) {
    const gap = run.gaps.find((each) => each.fromMs < stretch.toMs && each.toMs > stretch.fromMs);
    if (gap !== undefined) return WITHIN_A_RUN[gap.reason];
  }
  return 'no recorder ran';
}
