import type { Coverage } from '../models/coverage.js';
import { lengthMs } from '../models/spans.js';
import type { Facts, Shipping } from '../status/facts.js';
import type { Health } from '../status/health.js';
import { type DocumentType, field, object } from '../view.js';

/** What is known of a journal and its recorder, and whether that is well. */
export interface Status {
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
      'unmatchedPrograms',
      'text',
      ({ facts }) => facts.run?.unmatched.map(({ program }) => program) ?? [],
      'Of them, those that no process has matched since the start, known after a minute.',
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
      'hiddenProcesses',
      'flag',
      ({ facts: { run } }) => (run === null ? null : run.visibility === 'own'),
      'Whether the kernel hides other users’ processes from the recorder. Null before the first run.',
      { nullable: true },
    ),
    field<Status>(
      'unmappedUsers',
      'flag',
      ({ facts: { run } }) => run?.areUsersUnmapped ?? null,
      'Whether the recorder runs in a user namespace in which nearly all users are one. Null before the first run.',
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
