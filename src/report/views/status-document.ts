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
    'Length of that time in seconds.',
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
    'Seconds that were not recorded.',
  ),
  field<Coverage>(
    'complete',
    'flag',
    ({ complete }) => complete,
    'Whether all of that time was recorded.',
  ),
];

const SHIPPING = [
  field<Shipping>(
    'destination',
    'text',
    ({ destination }) => destination,
    'Where records were sent last. Null before the first.',
    { nullable: true },
  ),
  field<Shipping>(
    'acknowledgedAt',
    'utcMoment',
    ({ acknowledgedMs }) => acknowledgedMs,
    'When a server last acknowledged records. Null before the first.',
    { nullable: true },
  ),
  field<Shipping>(
    'refusedAt',
    'utcMoment',
    ({ refused }) => refused?.atMs ?? null,
    'When a server last refused a record. Null before the first.',
    { nullable: true },
  ),
  field<Shipping>(
    'refusal',
    'text',
    ({ refused }) => refused?.words ?? null,
    'What the server said. Null when refusedAt is.',
    { nullable: true },
  ),
  field<Shipping>(
    'attemptedAt',
    'utcMoment',
    ({ attempt }) => attempt?.startedMs ?? null,
    'When psusage ship last ran. Null before the first run.',
    { nullable: true },
  ),
  field<Shipping>(
    'attemptedDestination',
    'text',
    ({ attempt }) => attempt?.destination ?? null,
    'Where to. Null when attemptedAt is, and where no server was configured.',
    { nullable: true },
  ),
  field<Shipping>(
    'succeededAt',
    'utcMoment',
    ({ attempt }) => attempt?.succeededMs ?? null,
    'When a run last succeeded, with or without something to send. Null before the first.',
    { nullable: true },
  ),
  field<Shipping>(
    'failingSince',
    'utcMoment',
    ({ attempt }) => attempt?.failingSinceMs ?? null,
    'Since when every run has failed. Null if the last one succeeded.',
    { nullable: true },
  ),
  field<Shipping>(
    'failure',
    'text',
    ({ attempt }) => attempt?.words ?? null,
    'Why the last run failed. Null when failingSince is.',
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
      'Whether there is no problem: exit code 0, else 1.',
    ),
    field<Status>(
      'problems',
      'text',
      ({ health }) => health.problems,
      'The problems, a sentence each.',
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
      'Whether a recorder is running and takes samples.',
    ),
    field<Status>(
      'pid',
      'id',
      ({ facts, health }) => (health.recording ? (facts.run?.pid ?? null) : null),
      'Process id of the recorder. Null where none is running.',
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
      'Those of programs that no process has matched since the start; known after a minute.',
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
      'Whether forks of matching processes were recorded too.',
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
      'When it ended. Null while it is running, and before the first.',
      { nullable: true },
    ),
    field<Status>(
      'endReason',
      'text',
      ({ facts }) => facts.run?.endReason ?? null,
      'Why it ended. Null when endedAt is.',
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
      'Processes that are followed now.',
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
      'Those of creditRecords that no server has acknowledged or refused.',
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
      'What was sent to a server, and its answers.',
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
      'Single records from before this time were pruned. Null where none was.',
      { nullable: true },
    ),
    field<Status>(
      'recorderCpuSeconds',
      'cpuTime',
      ({ facts }) => facts.recorderCpuMs,
      'CPU time of psusage itself in the time of coverage, in seconds.',
    ),
  ],
};
