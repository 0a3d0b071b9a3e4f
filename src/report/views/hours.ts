import { percentOf, roundedDown } from '../../shared/numbers.js';
import type { HourUsage } from '../data/hours.js';
import type { Span } from '../../shared/days.js';
import { findOnlyUser, type JournalReport, recordedPercent } from '../models/day.js';
import {
  type DayBucket,
  findBusiestHour,
  isUnknown,
  type TimeBucket,
} from '../models/time-buckets.js';
import { foldedGaps } from './gaps.js';
import {
  column,
  type Column,
  toDocument,
  type DocumentType,
  field,
  type Field,
  type Line,
  list,
  mapField,
  nullableField,
  bindField,
  type Part,
  toSheet,
  type Table,
  type View,
} from '../view.js';
import { formatDays, formatHour, formatHours } from './date-format.js';
import { TOTAL } from './day-rows.js';
import {
  CPU_SECONDS as CPU_SECONDS_OF_SPENT,
  CREDITS as CREDITS_OF_SPENT,
  HOST,
  UID,
  USER,
  UTIL_SECONDS as UTIL_SECONDS_OF_SPENT,
} from './facts.js';
import { reportHeading } from './heading.js';
import {
  type HourOfRows,
  HOURS_ABOUT,
  JOURNAL_FACTS,
  keysById,
  RECORDER,
  SPENT_BY_ROW,
  spentByRow,
} from './report-facts.js';
import { emptyNotes, reportNotes, verboseNotes } from './report-notes.js';

/** The hours of the period, in order, with what each user spent in them. */
export interface Hours extends JournalReport {
  usageByHour: HourUsage[];
  buckets: TimeBucket[];
}

export const BUCKET_FROM = field<Span>('from', 'moment', ({ fromMs }) => fromMs, 'Its start.');
export const BUCKET_TO = field<Span>('to', 'moment', ({ toMs }) => toMs, 'Its end, exclusive.');
const RECORDED = field<Partial<TimeBucket>>(
  'recordedSeconds',
  'duration',
  ({ recordedMs }) => recordedMs,
  'Seconds of it that were recorded.',
);

/** What is null where nothing is known of the bucket. */
function knownField(
  field: Field<{ cpuMs: number | null }>,
  about: string,
): Field<Partial<TimeBucket> & { cpuMs: number }> {
  return mapField(nullableField(field, about), (bucket) => (isUnknown(bucket) ? null : bucket));
}

const CPU_SECONDS = knownField(
  CPU_SECONDS_OF_SPENT,
  'CPU time in it, of all users or of those whom the report is of, in seconds. Null where nothing was recorded of it.',
);
const UTIL_SECONDS = knownField(UTIL_SECONDS_OF_SPENT, 'The same in util-seconds.');
const CREDITS = knownField(
  CREDITS_OF_SPENT,
  'The same in credits. Null where nothing of it was recorded.',
);
const OF_CAPACITY = field<Partial<TimeBucket>>(
  'capacityPercent',
  'percent',
  ({ capacityPercent }) => capacityPercent,
  'Percent of the capacity of the host in all of it. Null where nothing of it was recorded.',
  { nullable: true },
);

const OF_RECORDED = field<Partial<TimeBucket>>(
  'recordedCapacityPercent',
  'percent',
  ({ recordedPercent }) => recordedPercent,
  'Per cent of what the host could spend while it was recorded, without what was spent meanwhile. Null where nothing was recorded of it.',
  { nullable: true },
);

const BUCKET: Field<TimeBucket>[] = [
  BUCKET_FROM,
  BUCKET_TO,
  RECORDED,
  CPU_SECONDS,
  CREDITS,
  OF_CAPACITY,
  OF_RECORDED,
];
/** An hour with what each user spent in it. */
const HOUR: Field<TimeBucket & HourOfRows>[] = [SPENT_BY_ROW, ...BUCKET];

/** In CSV. */
export const BUCKET_FIGURES = [
  RECORDED,
  CPU_SECONDS,
  UTIL_SECONDS,
  CREDITS,
  OF_CAPACITY,
  OF_RECORDED,
];

export const BUCKETS: Part<Hours> = list(
  'hours',
  HOURS_ABOUT,
  HOUR,
  ({ usageByHour, buckets, rows }: Hours) => {
    const keys = keysById(rows);
    return usageByHour.flatMap((hour, at) => {
      const bucket = buckets[at];
      return bucket === undefined ? [] : [{ ...bucket, cpuMsByRow: spentByRow(hour, keys) }];
    });
  },
);

export const CALENDAR: Part<{ days: readonly DayBucket[] }> = list(
  'calendar',
  'The days of the period.',
  [field<DayBucket>('day', 'text', ({ day }) => day, 'A calendar day, YYYY-MM-DD.'), ...BUCKET],
  ({ days }) => days,
);

export const HOURS: DocumentType<Hours> = {
  view: 'hours',
  command: 'psusage report --by hour --format json',
  about:
    'What was spent in each hour of a day or a range of days, and how much of it was recorded.',
  members: [...JOURNAL_FACTS, BUCKETS, TOTAL, RECORDER],
};

/** What was spent in each hour; in CSV a line each, without figures where nothing was recorded. */
export function hoursView(hours: Hours, verbose: boolean): View {
  const whose = [USER, UID].map((each) => mapField(each, () => findOnlyUser(hours)));
  return {
    timeZone: hours.period.timeZone,
    document: toDocument(HOURS, hours),
    sheet: toSheet(
      [bindField(HOST, hours), BUCKET_FROM, BUCKET_TO, ...whose, ...BUCKET_FIGURES],
      hours.buckets,
    ),
    screen: () => ({
      heading: reportHeading(hours, findBusiestHour(hours.buckets, hours.untilMs)),
      tables: [hoursTable(hours, hours.buckets)],
      notes: [
        ...(hours.rows.length === 0 ? emptyNotes(hours, {}) : reportNotes(hours, false)),
        ...(verbose ? verboseNotes(hours) : []),
      ],
    }),
  };
}

/** An hour or a day, several of which nothing is known, or all of them. */
interface BucketLine extends Line {
  cpuMs: number;
  /** Of what the host could spend while it was recorded; null where it was not. */
  recordedPercent: number | null;
  /** Undefined where several buckets stand together. */
  bucket?: TimeBucket;
}

/** The hours that have begun; of a period without any sample none. */
export function hoursTable(report: JournalReport, hours: readonly TimeBucket[]): Table<BucketLine> {
  const { period, untilMs } = report;
  return bucketTable(report, 'hour', hours, {
    one: ({ fromMs }) => formatHour(fromMs, period),
    gap: ({ fromMs }, { toMs }) => formatHours({ fromMs, toMs: Math.min(toMs, untilMs) }, period),
  });
}

/** The days that have begun. */
export function daysTable(report: JournalReport, days: readonly DayBucket[]): Table<BucketLine> {
  return bucketTable(report, 'day', days, {
    one: ({ day }) => day,
    gap: (first, last) => formatDays(first.day, last.day),
  });
}

interface Labels<Bucket> {
  one: (bucket: Bucket) => string;
  gap: (first: Bucket, last: Bucket) => string;
}

function bucketTable<Bucket extends TimeBucket>(
  report: JournalReport,
  title: 'hour' | 'day',
  buckets: readonly Bucket[],
  labels: Labels<Bucket>,
): Table<BucketLine> {
  const { onlyUsers, untilMs } = report;
  const rows = toLines(report, buckets, labels);
  const isWhole = ({ bucket }: BucketLine) =>
    bucket === undefined || bucket.recordedMs >= lengthSoFarMs(bucket, untilMs);
  return {
    title,
    rows,
    minLabelLength: Infinity,
    columns: [
      { ...CREDITS, title: 'credits', rank: 0 },
      OF_HOST_COLUMN,
      ...(rows.every(isWhole) ? [] : [recordedColumn(untilMs)]),
      { ...CPU_SECONDS, title: 'CPU time', rank: 4 },
      onlyUsers === null ? OF_HOST_BAR : busiestBar(rows),
    ],
  };
}

function toLines<Bucket extends TimeBucket>(
  report: JournalReport,
  buckets: readonly Bucket[],
  { one, gap }: Labels<Bucket>,
): BucketLine[] {
  const { untilMs, total, coverage } = report;
  if (coverage.recordedMs === 0 && total.cpuMs === 0) return [];
  const begun = buckets.filter(({ fromMs }) => fromMs < untilMs);
  const lines = foldedGaps(begun, isUnknown).map((folded): BucketLine => {
    if (folded.kind === 'gap') {
      const label = gap(folded.first, folded.last);
      return { kind: 'gap', label, cpuMs: 0, recordedPercent: null };
    }
    const bucket = folded.element;
    const { cpuMs, recordedPercent } = bucket;
    return { kind: 'row', label: one(bucket), cpuMs, recordedPercent, bucket };
  });
  const sum = { cpuMs: total.cpuMs, recordedPercent: recordedPercent(total, report) };
  return [...lines, { kind: 'total', label: 'total', ...sum }];
}

/** How much of a bucket has come to pass. */
function lengthSoFarMs({ fromMs, toMs }: Span, untilMs: number): number {
  return Math.min(toMs, untilMs) - fromMs;
}

/** In place of a share: what was spent where no sample was taken is a guess. */
const ESTIMATED = 'estimated';

const OF_HOST_COLUMN = column<BucketLine>(
  'of host',
  'percent',
  { rank: 2 },
  ({ bucket, recordedPercent }) =>
    bucket?.recordedMs === 0 ? ESTIMATED : (recordedPercent ?? undefined),
);

function recordedColumn(untilMs: number): Column<BucketLine> {
  return column(
    'recorded',
    'text',
    { rank: 3 },
    ({ bucket }) => bucket && `${roundedDown(bucket.recordedMs, lengthSoFarMs(bucket, untilMs))} %`,
  );
}

/** Of the whole host, from nothing to all vCPUs. */
const OF_HOST_BAR = column<BucketLine>(
  'of host',
  'percent',
  { rank: 0, drawing: 'chart' },
  ({ bucket }) => bucket?.recordedPercent ?? undefined,
);

/** Of some users, whose part of the host may be too small to be seen, from nothing to the busiest. */
function busiestBar(lines: readonly BucketLine[]): Column<BucketLine> {
  const mostMs = Math.max(0, ...lines.map(({ bucket }) => bucket?.cpuMs ?? 0));
  const look = { subtitle: '', rank: 0, drawing: 'chart' } as const;
  return column(
    'of the busiest',
    'percent',
    look,
    ({ bucket }) => bucket && percentOf(bucket.cpuMs, mostMs),
  );
}
