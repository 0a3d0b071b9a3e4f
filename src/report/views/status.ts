import { toCalendarDay } from '../../shared/days.js';
import { count, rounded, roundedDown, plural } from '../../shared/numbers.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import type { Coverage } from '../models/coverage.js';
import { lengthMs } from '../models/spans.js';
import type { Facts, LastRun, Shipping } from '../status/facts.js';
import { toDocument, type Screen, type View } from '../view.js';
import { formatDuration, formatSecond, formatSeconds } from './date-format.js';
import { precisionLines, visibilityLines } from './notes.js';
import { formatSelection } from './selection.js';
import { STATUS, type Status } from './status-document.js';

/** @param timeZone that of what people read; documents have UTC */
export function statusView(status: Status, timeZone: string): View {
  return {
    timeZone: 'UTC',
    document: toDocument(STATUS, status),
    screen: () => toScreen(status, timeZone),
  };
}

function toScreen({ facts, health }: Status, timeZone: string): Screen {
  const { run, openProcesses, coverage, recorderCpuMs, shipping } = facts;
  const { recording, problems } = health;
  const moment = (ms: number) => formatSecond(ms, timeZone);
  const verdict = problems.length === 0 ? 'healthy' : plural(problems.length, 'problem');
  const cost = (100 * recorderCpuMs) / Math.max(coverage.recordedMs, 1);
  return {
    heading: [],
    verdict: { parts: [run?.host ?? 'this host', verdict, `times in ${timeZone}`], problems },
    facts: [
      ['recording', recording ? formatRun(run, moment) : `no, ${formatLastRun(run, moment)}`],
      ['last sample', formatLastSample(run, moment)],
      ['followed', plural(openProcesses, 'process', 'processes')],
      ['coverage', formatCoverage(coverage)],
      ['journal', formatJournal(facts, timeZone)],
      ['shipping', formatShipping(shipping, moment)],
      ['quarantine', formatQuarantine(shipping, moment)],
      ['psusage', `${rounded(cost)} % of one vCPU`],
      ...visibilityLines(run === null ? [] : [run]).map((line) => ['visibility', line] as const),
      ...precisionLines(run === null ? [] : [run]).map((line) => ['precision', line] as const),
    ],
    tables: [],
    notes: [],
  };
}

type FormatMoment = (ms: number) => string;

function formatRun(run: LastRun | null, moment: FormatMoment): string {
  if (run === null) return '';
  const every = formatDuration(run.intervalMs);
  return `${formatSelection(run)}, each ${every}, pid ${run.pid}, since ${moment(run.startedMs)}`;
}

function formatLastRun(run: LastRun | null, moment: FormatMoment): string {
  if (run === null) return 'never';
  const end = run.endReason ?? 'without an end';
  return `${formatSelection(run)}, started ${moment(run.startedMs)}, ${end}`;
}

function formatLastSample(run: LastRun | null, moment: FormatMoment): string {
  if (run?.lastTickMs == null) return 'none';
  const { silentMs, lastTickMs } = run;
  const ago = silentMs < MS_PER_SECOND ? 'just now' : `${formatSeconds(silentMs)} ago`;
  return `${moment(lastTickMs)}, ${ago}`;
}

function formatCoverage({ elapsedMs, recordedMs, gaps }: Coverage): string {
  if (elapsedMs === 0) return 'nothing recorded';
  const time = elapsedMs < MS_PER_DAY ? formatSeconds(elapsedMs) : '24 hours';
  const lost = gaps.length === 0 ? '' : ` of ${formatSeconds(lengthMs(gaps))} in all`;
  return `${roundedDown(recordedMs, elapsedMs)} % of the last ${time}; ${plural(gaps.length, 'gap')}${lost}`;
}

function formatJournal(facts: Facts, timeZone: string): string {
  const { journalBytes, bytesADay, creditRecords, prunedUntilMs } = facts;
  return [
    formatMebibytes(journalBytes),
    ...(bytesADay === null ? [] : [`grows by about ${formatMebibytes(bytesADay)} a day`]),
    plural(creditRecords, 'complete record'),
    ...(prunedUntilMs === null
      ? []
      : [`older than ${toCalendarDay(prunedUntilMs, timeZone)} pruned`]),
  ].join(', ');
}

function formatShipping(shipping: Shipping, moment: FormatMoment): string {
  const { destination, unshipped, acknowledgedMs, attempt } = shipping;
  if (destination === null && attempt === null) return 'nothing was shipped from this journal yet';
  const waiting = unshipped === 0 ? 'nothing waits' : `${count(unshipped)} waiting`;
  const by = destination === null ? '' : ` by ${destination}`;
  const last =
    acknowledgedMs === null
      ? 'none acknowledged yet'
      : `last acknowledged ${moment(acknowledgedMs)}${by}`;
  const failing = attempt?.failingSinceMs ?? null;
  const failed = failing === null ? '' : `, failing since ${moment(failing)}`;
  return `${waiting}, ${last}${failed}`;
}

function formatQuarantine({ quarantined, refused }: Shipping, moment: FormatMoment): string {
  if (refused === null) return 'none';
  return `${plural(quarantined, 'record')}, the last refused ${moment(refused.atMs)}: ${refused.words}`;
}

const BYTES_PER_MIB = 1_048_576;

function formatMebibytes(bytes: number): string {
  return `${rounded(bytes / BYTES_PER_MIB)} MiB`;
}
