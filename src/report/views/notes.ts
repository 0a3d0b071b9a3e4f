import { type Period, type Span } from '../../shared/days.js';
import { MS_PER_SECOND } from '../../shared/units.js';
import type { RecorderRun } from '../data/runs.js';
import { sanitize } from '../../shared/sanitize.js';
import { findOnlyUser, type JournalReport, type OnlyUsers } from '../models/day.js';
import type { RenamedUser } from '../models/users.js';
import { lengthMs } from '../models/spans.js';
import { formatDuration, formatLength, formatShortMoment, formatSpan } from './date-format.js';
import { count, plural, roundedDown } from '../../shared/numbers.js';
import { isSelective, formatSelection } from './selection.js';
import { NO_BREAK_SPACE } from '../view.js';

/** So many gaps are listed one by one; of more only the longest is named. */
const FEW_GAPS = 2;

/** A restart between two samples makes gaps that nobody has to know one by one. */
const WORTH_TELLING_MS = MS_PER_SECOND;

/** So many times the recorder may be seen to record something else; later ones are left out. */
const MAX_SELECTIONS = 4;

/** @param what was not: a process of somebody, or anything at all */
export function nothingRecordedNote({ days, hours, isMinute }: Period, what = 'nothing'): string {
  if (isMinute === true) return `${what} was recorded in this minute`;
  if (hours !== undefined) return `${what} was recorded in ${formatLength({ days, hours })}`;
  return `${what} was recorded ${days === 1 ? 'on this day' : 'in these days'}`;
}

export function coverageLine(report: Pick<JournalReport, 'coverage' | 'period'>): string {
  const { coverage, period } = report;
  const isOver = coverage.elapsedMs === period.toMs - period.fromMs;
  const days = formatLength(period) + (isOver || period.hours !== undefined ? '' : ' so far');
  if (coverage.complete) return `recorded all of ${days}, without a gap`;
  const gaps = coverage.gaps.filter((gap) => gap.toMs - gap.fromMs >= WORTH_TELLING_MS);
  if (gaps.length === 0) {
    return `recorded all of ${days} but ${formatDuration(lengthMs(coverage.gaps))}`;
  }
  const percent = roundedDown(coverage.recordedMs, coverage.elapsedMs);
  const recorded = formatDuration(coverage.recordedMs);
  return `recorded ${recorded}, ${percent} % of ${days}; ${formatGaps(gaps, period)}`;
}

/** What is missing, where anything is: the head says how much. */
export function gapsNote({
  coverage,
  period,
}: Pick<JournalReport, 'coverage' | 'period'>): string[] {
  if (coverage.complete || coverage.recordedMs === 0) return [];
  const gaps = coverage.gaps.filter((gap) => gap.toMs - gap.fromMs >= WORTH_TELLING_MS);
  if (gaps.length === 0) return [`not recorded: ${formatDuration(lengthMs(coverage.gaps))} in all`];
  return [`not recorded: ${formatGaps(gaps, period)}`];
}

function formatGaps(gaps: readonly Span[], period: Period): string {
  const words = (gap: Span) =>
    `${formatSpan(gap, period)}${NO_BREAK_SPACE}(${formatDuration(gap.toMs - gap.fromMs)})`;
  const many = plural(gaps.length, 'gap');
  if (gaps.length <= FEW_GAPS) return `${many}: ${gaps.map(words).join(', ')}`;
  const longest = gaps.reduce((a, b) => (b.toMs - b.fromMs > a.toMs - a.fromMs ? b : a));
  return `${many} of ${formatDuration(lengthMs(gaps))} in all, the longest ${words(longest)}`;
}

/** So many are told one by one. */
const MOST_RENAMED = 5;

interface NamedFigures {
  /** The users whom the figures are of. */
  onlyUsers?: OnlyUsers | null;
  /** Whether each row is of a user. */
  areOfUsers?: boolean;
}

/** None where every uid had one name. */
export function renamedNote(
  renamed: readonly RenamedUser[],
  { onlyUsers = null, areOfUsers = true }: NamedFigures = {},
): string[] {
  if (renamed.length === 0) return [];
  const shown = renamed
    .slice(0, MOST_RENAMED)
    .map(({ uid, names }) => `uid ${uid} was ${names.map(sanitize).join(', ')}`);
  const more = renamed.length > shown.length ? '; …' : '';
  const rows = areOfUsers && onlyUsers === null ? ', a row for each' : '';
  const alone =
    onlyUsers === null
      ? ''
      : `; the figures are of ${sanitize(findOnlyUser({ onlyUsers })?.name ?? onlyUsers.label)} alone`;
  return [`several names${rows}: ${shown.join('; ')}${more}${alone}`];
}

/** Which processes were recorded, and what of them could be seen. */
export function recordingNotes(report: Pick<JournalReport, 'runs' | 'period'>): string[] {
  return [
    ...selectionLine(report),
    ...visibilityLines(report.runs),
    ...precisionLines(report.runs),
  ];
}

function selectionLine({ runs, period }: Pick<JournalReport, 'runs' | 'period'>): string[] {
  if (!runs.some(isSelective)) return [];
  const changes = runs.filter((run, at) => !sameSelection(run, runs[at - 1]));
  const shown = changes.slice(0, MAX_SELECTIONS).map((run) => {
    const since = Math.max(run.startedMs, period.fromMs);
    const from = changes.length === 1 ? '' : `, from ${formatShortMoment(since, period)}`;
    return formatSelection(run) + from;
  });
  const more = changes.length > shown.length ? '; …' : '';
  return [`processes recorded: ${shown.join('; ')}${more}`];
}

function sameSelection(run: RecorderRun, previous: RecorderRun | undefined): boolean {
  return previous !== undefined && formatSelection(run) === formatSelection(previous);
}

/** What the recorder could not see of users and their processes; none where it saw all. */
export function visibilityLines(
  runs: readonly Pick<RecorderRun, 'visibility' | 'areUsersUnmapped'>[],
): string[] {
  const hidden = runs.filter(({ visibility }) => visibility === 'own').length;
  const unmapped = runs.filter(({ areUsersUnmapped }) => areUsersUnmapped).length;
  const part = hidden === runs.length ? '' : ' for a part of the time';
  return [
    ...(hidden === 0 ? [] : [`other users' processes were hidden from the recorder${part}`]),
    ...formatPart(
      'users are not told apart: the recorder ran in a user namespace, where the kernel shows most of them as one',
      unmapped,
      runs.length,
    ),
  ];
}

/** What these runs could know less exactly than psusage can elsewhere; a line each, none where all is exact. */
export function precisionLines(
  runs: readonly Pick<RecorderRun, 'precision' | 'areAgesKnown'>[],
): string[] {
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

function formatPart(text: string, many: number, all: number): string[] {
  if (many === 0) return [];
  return [many === all ? text : `${text}; for a part of the time`];
}

/** No list is longer than this; the rest is said in one line. */
const MOST_LISTED = 500;

/** A list below its title; nothing where it is empty. */
export function listNotes(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - MOST_LISTED;
  return [
    '',
    title,
    ...entries.slice(0, MOST_LISTED).map((entry) => `  ${entry}`),
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
  ];
}
