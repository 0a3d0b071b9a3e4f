import { plural, rounded } from '../../shared/numbers.js';
import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/units.js';
import { BURSTABLE_FAMILIES } from '../models/burstable-sizes.js';
import { type Fit, isShort, type SizeFit, type Verdict } from '../models/fit.js';
import {
  bindField,
  column,
  toDocument,
  type DocumentType,
  field,
  type Line,
  list,
  type Table,
  type View,
} from '../view.js';
import { isWholeHost } from '../data/runs.js';
import {
  COVERAGE,
  DAYS,
  FROM,
  HOST,
  TIME_ZONE,
  TO,
  UNTIL,
  VCPUS,
  wholeHost,
  toHostSheet,
} from './facts.js';
import { formatSeconds } from './date-format.js';
import { formatHeading } from './heading.js';
import { coverageLine, nothingRecordedNote, recordingNotes } from './notes.js';

const NAME = field<SizeFit>('size', 'text', ({ size }) => size.name, 'Its name.');
const SIZE_VCPUS = field<SizeFit>('vcpus', 'count', ({ size }) => size.vcpus, 'Its vCPUs.');
const BASELINE = field<SizeFit>(
  'baselinePercent',
  'number',
  ({ size }) => size.baselinePercent,
  'Per cent of each vCPU that it earns.',
);
const RATE = field<SizeFit>(
  'creditsPerHour',
  'number',
  ({ size }) => size.creditsPerHour,
  'Credits that it earns in an hour.',
);
const CAP = field<SizeFit>(
  'capCredits',
  'number',
  ({ size }) => size.capCredits,
  'The most that its balance can be.',
);
const START = field<SizeFit>(
  'startBalanceCredits',
  'credits',
  ({ startBalanceCpuMs }) => startBalanceCpuMs,
  'Start balance in standard mode: the one it would have if these days repeated.',
);
const LOWEST = field<SizeFit>(
  'lowestBalanceCredits',
  'credits',
  ({ lowestBalanceCpuMs }) => lowestBalanceCpuMs,
  'The lowest balance, in standard mode.',
);
const THROTTLED = field<SizeFit>(
  'throttledSeconds',
  'duration',
  ({ throttledMs }) => throttledMs,
  'Seconds for which it would be limited to its baseline, in standard mode.',
);
const WITHHELD = field<SizeFit>(
  'withheldCredits',
  'credits',
  ({ withheldCpuMs }) => withheldCpuMs,
  'Credits missing, in standard mode.',
);
const CHARGED = field<SizeFit>(
  'chargedCredits',
  'credits',
  ({ chargedCpuMs }) => chargedCpuMs,
  'Credits that it would charge, in unlimited mode.',
);
const QUEUED = field<SizeFit>(
  'queuedCredits',
  'credits',
  ({ queuedCpuMs }) => queuedCpuMs,
  'Credits needed beyond all its vCPUs at 100 %.',
);
const VERDICT = field<SizeFit>(
  'verdict',
  'text',
  ({ verdict }) => verdict,
  'Whether the size is enough, would throttle, or work would queue.',
  { options: ['fits', 'throttles', 'queues'] },
);

const SIZE = [
  ...[NAME, SIZE_VCPUS, BASELINE, RATE, CAP],
  ...[START, LOWEST, THROTTLED, WITHHELD, CHARGED, QUEUED, VERDICT],
];

const TOO_SHORT = field<Fit>(
  'tooShort',
  'flag',
  isShort,
  'Whether less than seven whole days were recorded: too little to choose a size by. Only with --force.',
);

export const FIT: DocumentType<Fit> = {
  view: 'fit',
  command: 'psusage report --fit --format json',
  about: 'How the recorded days would fit burstable instances of each size.',
  members: [
    ...[HOST, FROM, TO, UNTIL, TIME_ZONE, DAYS, VCPUS, COVERAGE],
    wholeHost('the host needs more than what is replayed'),
    field<Fit>(
      'replayedSeconds',
      'duration',
      ({ replayedMs }) => replayedMs,
      'Seconds that were replayed: the quarter-hours with a record.',
    ),
    TOO_SHORT,
    field<Fit>(
      'demandCredits',
      'credits',
      ({ demandCpuMs }) => demandCpuMs,
      'Credits used in them.',
    ),
    field<Fit>(
      'peakPercent',
      'percent',
      ({ peakPercent }) => peakPercent,
      'Use in the busiest quarter-hour, in per cent of one vCPU. Null when nothing was recorded.',
      { nullable: true },
    ),
    field<Fit>(
      'families',
      'text',
      () => BURSTABLE_FAMILIES,
      'The families of instances whose sizes have these figures.',
      { holds: 'list' },
    ),
    list(
      'sizes',
      'From the smallest to the largest; empty when nothing was recorded.',
      SIZE,
      ({ sizes }: Fit) => sizes,
    ),
    field<Fit>(
      'smallest',
      'text',
      ({ smallest }) => smallest?.size.name ?? null,
      'Name of the smallest size that fits. Null where none does.',
      { nullable: true },
    ),
  ],
};

/** How each burstable size would do. */
export function fitView(fit: Fit): View {
  return {
    timeZone: fit.period.timeZone,
    document: toDocument(FIT, fit),
    sheet: toHostSheet(fit, [...SIZE, bindField(TOO_SHORT, fit)], fit.sizes),
    screen: () => ({
      heading: formatHeading(fit, [], demandParts(fit)),
      tables: [sizesTable(fit)],
      notes: toNotes(fit),
    }),
  };
}

/** How many of the recorded host's vCPUs were busy. */
function demandParts({ peakPercent, demandCpuMs, replayedMs }: Fit): string[] {
  if (peakPercent === null) return [];
  return [
    `on average ${rounded(demandCpuMs / replayedMs)} vCPUs busy`,
    `in the busiest quarter-hour ${rounded(peakPercent / 100)}`,
  ];
}

const VERDICTS: Record<Verdict, string> = {
  fits: 'fits',
  throttles: 'throttles',
  queues: 'work queues',
};

function sizesTable({ sizes }: Fit): Table<SizeFit & Line> {
  const subtitle = 'credits';
  const verdict = (fit: SizeFit) => VERDICTS[fit.verdict];
  const isAlarming = (fit: SizeFit) => fit.verdict !== 'fits';
  const isThrottled = ({ throttledMs }: SizeFit) => throttledMs > 0;
  return {
    title: 'size',
    rows: sizes.map((fit) => ({ ...fit, kind: 'row', label: fit.size.name })),
    columns: [
      { ...SIZE_VCPUS, title: 'vCPUs', rank: 3 },
      { ...BASELINE, title: 'baseline', subtitle: '% a vCPU', rank: 4 },
      { ...RATE, title: 'earns', subtitle: 'an hour', rank: 5 },
      { ...CAP, title: 'cap', subtitle, rank: 6 },
      { ...LOWEST, title: 'lowest', subtitle, rank: 0 },
      { ...THROTTLED, title: 'throttled', subtitle: 'h:m:s', rank: 0, isAlarming: isThrottled },
      { ...CHARGED, title: 'charged', subtitle, rank: 1 },
      { ...QUEUED, title: 'queued', subtitle, rank: 7 },
      column('verdict', 'text', { align: 'left', rank: 0, isAlarming }, verdict),
    ],
  };
}

/** Which size would do, what the figures mean, and how much is known. */
function toNotes(fit: Fit): string[] {
  const { sizes, period, coverage, runs } = fit;
  if (sizes.length === 0) return [nothingRecordedNote(period)];
  return [
    ...(isShort(fit) ? [`only ${formatRecorded(fit)} recorded: too little to choose a size`] : []),
    smallestNote(fit),
    ...(sizes.some(({ verdict }) => verdict === 'queues')
      ? ['work queues: a quarter-hour needed more than all vCPUs of the size at 100 %']
      : []),
    'lowest, throttled: in standard mode; charged: in unlimited mode',
    'CPU only: memory is not considered',
    'start: each size begins with the balance it would have if these days repeated',
    coverageLine(fit),
    ...(coverage.elapsedMs - coverage.recordedMs < MS_PER_SECOND
      ? []
      : ['quarter-hours without a record are left out, not counted as idle']),
    ...recordingNotes(fit),
    ...(isWholeHost(runs)
      ? []
      : ['only part of the host was recorded: the host needs more than this']),
  ];
}

/** `3 days are`, `4m is` */
export function formatRecorded({ replayedMs }: Fit): string {
  const days = Math.floor(replayedMs / MS_PER_DAY);
  if (days >= 1) return `${plural(days, 'day')} ${days === 1 ? 'is' : 'are'}`;
  return `${formatSeconds(replayedMs)} is`;
}

function smallestNote({ smallest, runs }: Fit): string {
  if (smallest === null) return 'every size would throttle or queue';
  const names = BURSTABLE_FAMILIES.map((family) => `${family}.${smallest.size.name}`).join(', ');
  const ofWhat = isWholeHost(runs) ? '' : ', for what was recorded';
  return `smallest size that never throttles: ${names}${ofWhat}`;
}
