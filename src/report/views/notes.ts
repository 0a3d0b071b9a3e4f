import type { Period } from '../../shared/days.js';
import { credits, MS_PER_SECOND } from '../../shared/units.js';
import type { RecorderRun } from '../data/runs.js';
import { renamedLine } from '../renamed-users.js';
import { harmlessText } from '../../shared/harmless-text.js';
import type { FleetReport, JournalReport, Report } from '../report.js';
import { lengthMs, type Span } from '../data/spans.js';
import { formatDuration, shortMoment, spanInWords } from './date-format.js';
import { decimal, percentDown, plural } from '../../shared/numbers.js';
import type { Precision } from '../precision.js';
import { isSelective, selectionInWords } from './selection.js';
import { NO_BREAK_SPACE } from '../view.js';

/** So many gaps are listed one by one; of more only the longest is named. */
const FEW_GAPS = 2;

/** A restart between two samples makes gaps that nobody has to know one by one. */
const WORTH_TELLING_MS = MS_PER_SECOND;

/** So many times the recorder may be seen to record something else; later ones are left out. */
const MAX_SELECTIONS = 4;

/**
 * How much of the period was recorded, and what the figures leave out. Each line as long as it is.
 *
 * @param areOfUsers whether each row is of a user
 */
export function footLines(report: Report, areOfUsers: boolean): string[] {
  if (report.source === 'influx') return [receivedLine(report), ...unseenLine(report)];
  return [
    coverageLine(report),
    ...renamedLine(report.renamed, { onlyUser: report.onlyUser, areOfUsers }),
    ...unseenLine(report),
    ...selectionLine(report),
    ...hiddenLine(report),
    ...precisionLines(report.runs),
    ...recorderLine(report),
  ];
}

function receivedLine({ destination }: FleetReport): string {
  return (
    `from ${harmlessText(destination)}: what it has received; ` +
    "coverage and processes are known to each machine's own journal"
  );
}

export function nothingRecordedNote({ days }: Period): string {
  return `nothing was recorded ${days === 1 ? 'on this day' : 'in these days'}`;
}

export function coverageLine(report: Pick<JournalReport, 'coverage' | 'period'>): string {
  const { coverage, period } = report;
  const isOver = coverage.askedMs === period.toMs - period.fromMs;
  const days = `the ${period.days === 1 ? 'day' : `${period.days} days`}${isOver ? '' : ' so far'}`;
  if (coverage.complete) return `recorded all of ${days}, without a gap`;
  const gaps = coverage.gaps.filter((gap) => gap.toMs - gap.fromMs >= WORTH_TELLING_MS);
  if (gaps.length === 0) {
    return `recorded all of ${days} but ${formatDuration(lengthMs(coverage.gaps))}`;
  }
  const percent = percentDown(coverage.recordedMs, coverage.askedMs);
  const recorded = formatDuration(coverage.recordedMs);
  return `recorded ${recorded}, ${percent} % of ${days}; ${gapsInWords(gaps, period)}`;
}

function gapsInWords(gaps: readonly Span[], period: Period): string {
  const words = (gap: Span) =>
    `${spanInWords(gap, period)}${NO_BREAK_SPACE}(${formatDuration(gap.toMs - gap.fromMs)})`;
  const many = plural(gaps.length, 'gap');
  if (gaps.length <= FEW_GAPS) return `${many}: ${gaps.map(words).join(', ')}`;
  const longest = gaps.reduce((a, b) => (b.toMs - b.fromMs > a.toMs - a.fromMs ? b : a));
  return `${many} of ${formatDuration(lengthMs(gaps))} in all, the longest ${words(longest)}`;
}

function unseenLine({ total }: Report): string[] {
  return (total.unseenCpuMs ?? 0) === 0
    ? []
    : ['unseen: CPU time of children that no sample showed'];
}

export function selectionLine({ runs, period }: Pick<JournalReport, 'runs' | 'period'>): string[] {
  if (!runs.some(isSelective)) return [];
  const changes = runs.filter((run, at) => !sameSelection(run, runs[at - 1]));
  const shown = changes.slice(0, MAX_SELECTIONS).map((run) => {
    const since = Math.max(run.startedMs, period.fromMs);
    const from = changes.length === 1 ? '' : `, from ${shortMoment(since, period)}`;
    return selectionInWords(run) + from;
  });
  const more = changes.length > shown.length ? '; …' : '';
  return [`processes recorded: ${shown.join('; ')}${more}`];
}

function sameSelection(run: RecorderRun, previous: RecorderRun | undefined): boolean {
  return previous !== undefined && selectionInWords(run) === selectionInWords(previous);
}

function recorderLine({ recorderCpuMs, coverage }: JournalReport): string[] {
  if (recorderCpuMs === 0) return [];
  const percent = decimal((100 * recorderCpuMs) / Math.max(coverage.recordedMs, 1));
  const spent = decimal(credits(recorderCpuMs));
  return [`psusage itself: ${spent} credits, ${percent} % of one vCPU, on nobody's account`];
}

export function hiddenLine({ runs }: Pick<JournalReport, 'runs'>): string[] {
  const hidden = runs.filter((run) => run.visibility === 'own');
  if (hidden.length === 0) return [];
  const part = hidden.length === runs.length ? '' : ' for a part of the time';
  return [`other users' processes were hidden from the recorder${part}`];
}

/** What these runs could know less exactly than psusage can elsewhere; a line each, none where all is exact. */
export function precisionLines(runs: readonly Precision[]): string[] {
  const coarse = runs.filter(({ precision }) => precision === 'pcpu');
  const ageless = runs.filter(({ areAgesKnown }) => !areAgesKnown);
  return [
    ...formatPart(
      'figures less exact: procps 3.3 shows the CPU time of an old process to a second',
      coarse.length,
      runs.length,
    ),
    ...formatPart(
      'figures less exact: ps can’t tell how old processes are in this container; each process’s CPU time is known to a second, and its start is when it was first seen',
      ageless.length,
      runs.length,
    ),
  ];
}

function formatPart(text: string, count: number, all: number): string[] {
  if (count === 0) return [];
  return [count === all ? text : `${text}; for a part of the time`];
}
