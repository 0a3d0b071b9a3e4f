import type { JournalReport } from '../report.js';
import type { Span } from '../data/spans.js';
import type { AnyLine } from '../formats/column.js';
import { foldedGaps } from '../views/gaps.js';
import { daysInWords, hourInWords, hoursInWords } from '../views/date-format.js';
import type { TimeBucket, UserView } from './details.js';

/** One line of the table: an hour or a day, several of which nothing is known, or all of them. */
export interface BucketLine extends AnyLine {
  kind: 'row' | 'gap' | 'total';
  cpuMs: number | null;
  /** Undefined where several buckets stand together. */
  bucket: TimeBucket | undefined;
}

/** The hours that have begun; of a period without any sample none. */
export function hourLinesOf(report: JournalReport, hours: readonly TimeBucket[]): BucketLine[] {
  const { period, untilMs } = report;
  return linesOf(report, hours, {
    ofOne: ({ fromMs }) => hourInWords(fromMs, period),
    ofGap: ({ fromMs }, { toMs }) =>
      hoursInWords({ fromMs, toMs: Math.min(toMs, untilMs) }, period),
  });
}

/** The days that have begun. */
export function dayLinesOf(report: JournalReport, days: UserView['days']): BucketLine[] {
  return linesOf(report, days, {
    ofOne: ({ day }) => day,
    ofGap: (first, last) => daysInWords(first.day, last.day),
  });
}

interface Labels<P> {
  ofOne: (bucket: P) => string;
  ofGap: (first: P, last: P) => string;
}

function linesOf<P extends TimeBucket>(
  { untilMs, total, coverage }: JournalReport,
  buckets: readonly P[],
  { ofOne, ofGap }: Labels<P>,
): BucketLine[] {
  if (coverage.recordedMs === 0 && total.cpuMs === 0) return [];
  const begun = buckets.filter(({ fromMs }) => fromMs < untilMs);
  const lines = foldedGaps(begun, ({ cpuMs }) => cpuMs === null).map((folded): BucketLine => {
    if (folded.kind === 'gap') {
      const label = ofGap(folded.first, folded.last);
      return { kind: 'gap', label, cpuMs: null, bucket: undefined };
    }
    const bucket = folded.element;
    return { kind: 'row', label: ofOne(bucket), cpuMs: bucket.cpuMs, bucket };
  });
  return [...lines, { kind: 'total', label: 'total', cpuMs: total.cpuMs, bucket: undefined }];
}

/** How much of a bucket has come to pass. */
export function lengthSoFar({ fromMs, toMs }: Span, untilMs: number): number {
  return Math.min(toMs, untilMs) - fromMs;
}
