import { toCalendarDay, wallClock } from '../../shared/days.js';
import { count, decimal, percentDown, plural } from '../../shared/numbers.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import type { Coverage } from '../models/coverage.js';
import { lengthMs } from '../models/spans.js';
import type { Facts, LastRun, Shipping } from '../status/facts.js';
import type { Health } from '../status/health.js';
import { toDocument, type DocumentType, field, object, type Screen, type View } from '../view.js';
import { formatDuration } from './date-format.js';
import { precisionLines } from './notes.js';
import { formatSelection } from './selection.js';

/** What is known of a journal and its recorder, and whether that is well. */
interface Status {
  facts: Facts;
  health: Health;
}

const COVERAGE = [
  field<Coverage>(
    'askedSeconds',
    'duration',
    ({ elapsedMs }) => elapsedMs,
    'Seconds of that time.',
  ),
  field<Coverage>(
    'recordedSeconds',
    'duration',
    ({ recordedMs }) => recordedMs,
    'Seconds in which a recorder took samples.',
  ),
  field<Coverage>(
    'gapSeconds',
    'duration',
    ({ gaps }) => lengthMs(gaps),
    'Seconds in which none did.',
  ),
  field<Coverage>(
    'complete',
    'flag',
    ({ complete }) => complete,
    'Whether nothing of that time is missing.',
  ),
];

const SHIPPING = [
  field<Shipping>(
    'destination',
    'text',
    ({ destination }) => destination,
    'Where records went last. Null where none ever did.',
    { nullable: true },
  ),
  field<Shipping>(
    'acknowledgedAt',
    'utcMoment',
    ({ acknowledgedMs }) => acknowledgedMs,
    'When a server last acknowledged some. Null where none ever did.',
    { nullable: true },
  ),
  field<Shipping>(
    'refusedAt',
    'utcMoment',
    ({ refused }) => refused?.atMs ?? null,
    'When a server last refused one. Null where none ever did.',
    { nullable: true },
  ),
  field<Shipping>(
    'refusal',
    'text',
    ({ refused }) => refused?.words ?? null,
    'Its words then. Null as refusedAt.',
    { nullable: true },
  ),
  field<Shipping>(
    'attemptedAt',
    'utcMoment',
    ({ attempt }) => attempt?.startedMs ?? null,
    'When ship last ran. Null where it never did.',
    { nullable: true },
  ),
  field<Shipping>(
    'attemptedDestination',
    'text',
    ({ attempt }) => attempt?.destination ?? null,
    'Where to. Null as attemptedAt, and where the configuration did not tell.',
    { nullable: true },
  ),
  field<Shipping>(
    'succeededAt',
    'utcMoment',
    ({ attempt }) => attempt?.succeededMs ?? null,
    'When a run last ended well, also one that had nothing to send. Null where none ever did.',
    { nullable: true },
  ),
  field<Shipping>(
    'failingSince',
    'utcMoment',
    ({ attempt }) => attempt?.failingSinceMs ?? null,
    'Since when each run has failed. Null where the last one did not.',
    { nullable: true },
  ),
  field<Shipping>(
    'failure',
    'text',
    ({ attempt }) => attempt?.words ?? null,
    'Why the last one failed. Null as failingSince.',
    { nullable: true },
  ),
];

export const STATUS: DocumentType<Status> = {
  view: 'status',
  command: 'psusage status --format json',
  about: 'Whether all is well with a recorder and its journal.',
  members: [
    field<Status>(
      'healthy',
      'flag',
      ({ health }) => health.problems.length === 0,
      'Whether there is no problem; the exit code is 0 then, else 1.',
    ),
    field<Status>(
      'problems',
      'text',
      ({ health }) => health.problems,
      'What is not as it should be, a sentence each.',
      { holds: 'list' },
    ),
    field<Status>(
      'host',
      'text',
      ({ facts }) => facts.run?.host ?? null,
      'The host as the last run of the recorder names it. Null before the first.',
      { nullable: true },
    ),
    field<Status>(
      'recording',
      'flag',
      ({ health }) => health.recording,
      'Whether a recorder lives and takes samples.',
    ),
    field<Status>(
      'pid',
      'id',
      ({ facts, health }) => (health.recording ? (facts.run?.pid ?? null) : null),
      'The recorder’s process id. Null where none records.',
      { nullable: true },
    ),
    field<Status>(
      'programs',
      'text',
      ({ facts }) => facts.run?.programs ?? [],
      'Programs that the last run recorded; empty for every process.',
      { holds: 'list' },
    ),
    field<Status>(
      'users',
      'text',
      ({ facts }) => facts.run?.users ?? [],
      'Users that the last run recorded; empty for all.',
      { holds: 'list' },
    ),
    field<Status>(
      'forks',
      'flag',
      ({ facts }) => facts.run?.forks ?? true,
      'Whether descendants of what matches were recorded too.',
    ),
    field<Status>(
      'intervalSeconds',
      'duration',
      ({ facts }) => facts.run?.intervalMs ?? null,
      'Seconds between two samples. Null before the first run.',
      { nullable: true },
    ),
    field<Status>(
      'startedAt',
      'utcMoment',
      ({ facts }) => facts.run?.startedMs ?? null,
      'When the last run started. Null before the first.',
      { nullable: true },
    ),
    field<Status>(
      'lastSampleAt',
      'utcMoment',
      ({ facts }) => facts.run?.lastTickMs ?? null,
      'When it took its last sample. Null where there is none.',
      { nullable: true },
    ),
    field<Status>(
      'endedAt',
      'utcMoment',
      ({ facts }) => facts.run?.endedMs ?? null,
      'When it ended. Null where it goes on, and before the first.',
      { nullable: true },
    ),
    field<Status>(
      'endReason',
      'text',
      ({ facts }) => facts.run?.endReason ?? null,
      'Why it ended. Null as endedAt.',
      { nullable: true, options: ['stopped', 'failed', 'crashed', 'rebooted'] },
    ),
    field<Status>(
      'coarseCpuTime',
      'flag',
      ({ facts: { run } }) => (run === null ? null : run.precision === 'pcpu'),
      'Whether ps shows the CPU time of old processes to a second, as procps 3.3 does. Null before the first run.',
      { nullable: true },
    ),
    field<Status>(
      'unknownAges',
      'flag',
      ({ facts: { run } }) => run && !run.areAgesKnown,
      'Whether ps can’t tell how old processes are. Null before the first run.',
      { nullable: true },
    ),
    field<Status>(
      'openProcesses',
      'count',
      ({ facts }) => facts.openProcesses,
      'Processes that are followed and live.',
    ),
    field<Status>(
      'creditRecords',
      'count',
      ({ facts }) => facts.creditRecords,
      'Complete credit records in the journal.',
    ),
    field<Status>(
      'unshipped',
      'count',
      ({ facts }) => facts.shipping.unshipped,
      'Of them, those that no server has acknowledged or refused.',
    ),
    field<Status>(
      'quarantined',
      'count',
      ({ facts }) => facts.shipping.quarantined,
      'Records that a server has refused.',
    ),
    field<Status>(
      'gaps',
      'count',
      ({ facts }) => facts.coverage.gaps.length,
      'Stretches without a sample in the last 24 hours, or since the first recording.',
    ),
    object(
      'coverage',
      'How much was recorded of the last 24 hours, or since the first recording.',
      COVERAGE,
      ({ facts }: Status) => facts.coverage,
    ),
    object(
      'shipping',
      'What a server was sent, and what it said.',
      SHIPPING,
      ({ facts }: Status) => facts.shipping,
    ),
    field<Status>(
      'journalBytes',
      'count',
      ({ facts }) => facts.journalBytes,
      'Size of the journal with its log, in bytes.',
    ),
    field<Status>(
      'bytesADay',
      'count',
      ({ facts }) => facts.bytesADay,
      'About how many bytes it grows by in a day. Null before the first day is over.',
      { nullable: true },
    ),
    field<Status>(
      'prunedUntil',
      'utcMoment',
      ({ facts }) => facts.prunedUntilMs,
      'Up to when single records were pruned. Null where none ever was.',
      { nullable: true },
    ),
    field<Status>(
      'recorderCpuSeconds',
      'cpuTime',
      ({ facts }) => facts.recorderCpuMs,
      'CPU time of psusage itself in the time that coverage is of, in seconds.',
    ),
  ],
};

/** @param readTimeZone tells that of what people read; documents have UTC */
export function statusView(status: Status, readTimeZone: () => string): View {
  return {
    timeZone: 'UTC',
    document: toDocument(STATUS, status),
    screen: () => toScreen(status, readTimeZone()),
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
    verdict: { parts: [run?.host ?? 'this host', verdict], problems },
    facts: [
      ['recording', recording ? formatRun(run, moment) : `no, ${formatLastRun(run, moment)}`],
      ['last sample', formatLastSample(run, moment)],
      ['followed', plural(openProcesses, 'process', 'processes')],
      ['coverage', formatCoverage(coverage)],
      ['journal', formatJournal(facts, timeZone)],
      ['shipping', formatShipping(shipping, moment)],
      ['quarantine', formatQuarantine(shipping, moment)],
      ['psusage', `${decimal(cost)} % of one vCPU`],
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
  return `${percentDown(recordedMs, elapsedMs)} % of the last ${time}; ${plural(gaps.length, 'gap')}${lost}`;
}

function formatJournal(facts: Facts, timeZone: string): string {
  const { journalBytes, bytesADay, creditRecords, prunedUntilMs } = facts;
  return [
    formatMebibytes(journalBytes),
    ...(bytesADay === null ? [] : [`grows by about ${formatMebibytes(bytesADay)} a day`]),
    plural(creditRecords, 'complete record'),
    ...(prunedUntilMs === null
      ? []
      : [`those of before ${toCalendarDay(prunedUntilMs, timeZone)} pruned`]),
  ].join(', ');
}

function formatShipping(shipping: Shipping, moment: FormatMoment): string {
  const { destination, unshipped, acknowledgedMs, attempt } = shipping;
  if (destination === null && attempt === null) return 'nothing was shipped from this journal yet';
  const waiting = unshipped === 0 ? 'nothing waits' : `${count(unshipped)} waiting`;
  const by = destination === null ? '' : ` by ${destination}`;
  const last = acknowledgedMs === null ? 'never' : moment(acknowledgedMs) + by;
  const failing = attempt?.failingSinceMs ?? null;
  const failed = failing === null ? '' : `, failing since ${moment(failing)}`;
  return `${waiting}, last acknowledged ${last}${failed}`;
}

function formatQuarantine({ quarantined, refused }: Shipping, moment: FormatMoment): string {
  if (refused === null) return 'none';
  return `${plural(quarantined, 'record')}, the last refused ${moment(refused.atMs)}: ${refused.words}`;
}

/** `2026-03-29 14:05:09` */
function formatSecond(ms: number, timeZone: string): string {
  return wallClock(ms, timeZone).toISOString().slice(0, 19).replace('T', ' ');
}

/** In whole seconds. */
function formatSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND);
}

const BYTES_PER_MIB = 1_048_576;

function formatMebibytes(bytes: number): string {
  return `${decimal(bytes / BYTES_PER_MIB)} MiB`;
}
