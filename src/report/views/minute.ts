import { isoWithOffset, type Period } from '../../shared/days.js';
import type { NearestRecordings } from '../models/nearest-recording.js';
import {
  column,
  type Column,
  type DocumentType,
  field,
  object,
  toDocument,
  type View,
} from '../view.js';
import { formatSeconds, formatStart } from './date-format.js';
import { reportHeading } from './heading.js';
import {
  listLifecycles,
  ofProcess,
  type ProcessLine,
  type ProcessList,
  processSheet,
  processTable,
  prunedNote,
  SPENT,
  totalLine,
} from './processes.js';
import { JOURNAL_FACTS } from './report-facts.js';
import { emptyNotes, reportNotes } from './report-notes.js';

/** The processes of a minute, which is the period. */
export interface Minute extends ProcessList {
  /** In which it lies. */
  day: Period;
  /** When the second one begins, where clocks were set back and show it twice. */
  againMs: number | undefined;
  /** Empty unless nothing was recorded in it. */
  nearest: NearestRecordings;
}

const MEAN_OF = ofProcess(
  'meanOfSeconds',
  'duration',
  ({ meanOfMs }) => (meanOfMs === 0 ? null : meanOfMs),
  'Length of its credit record, of at most 15 minutes, where that is not of this minute alone: CPU time is then the mean of the record. Null where it is of this minute alone.',
  { nullable: true },
);

export const MINUTE: DocumentType<Minute> = {
  view: 'minute',
  command: 'psusage report --at <HH:MM> --format json',
  about: 'The processes of a minute of a day.',
  members: [
    ...JOURNAL_FACTS,
    ...listLifecycles([MEAN_OF]),
    object(
      'total',
      'All processes of the minute together.',
      [
        field<ProcessLine>('processes', 'count', ({ rows }) => rows, 'How many they are.'),
        ...SPENT,
      ],
      totalLine,
    ),
  ],
};

/** What ran in a minute; in CSV as the costliest processes of a day. */
export function minuteView(minute: Minute): View {
  // Times are as in a report of the day.
  const inDay = { ...minute, period: minute.day };
  const { shown } = minute.lifecycles;
  const hasMeans = shown.some(({ meanOfMs }) => meanOfMs > 0);
  return {
    timeZone: minute.day.timeZone,
    document: toDocument(MINUTE, minute),
    sheet: processSheet(minute, [MEAN_OF]),
    screen: () => ({
      heading: reportHeading(minute),
      tables: [
        processTable(inDay, [endedColumn(minute.day), ...(hasMeans ? [MEAN_OF_COLUMN] : [])]),
      ],
      notes: [
        ...(hasMeans ? [MEAN_NOTE] : []),
        ...(minute.againMs === undefined ? [] : [againNote(minute.againMs)]),
        ...prunedNote(inDay, 'their CPU time is in the sums of the hours (--by hour)'),
        ...unusedNotes(minute),
        ...(minute.coverage.recordedMs > 0 || shown.length > 0 ? reportNotes(inDay, false) : []),
      ],
    }),
  };
}

function endedColumn(day: Period): Column<ProcessLine> {
  return column('ended', 'text', { rank: 4 }, ({ row }) =>
    row?.endedMs == null ? undefined : formatStart(row.endedMs, day),
  );
}

const MEAN_OF_COLUMN = column<ProcessLine>('mean of', 'text', { rank: 0 }, ({ row }) =>
  row === undefined || row.meanOfMs === 0 ? undefined : formatSeconds(row.meanOfMs),
);

const MEAN_NOTE =
  'mean of: CPU time is recorded for up to 15 minutes at a time; where a record reaches beyond this minute, its mean is shown';

/** Names the second in a way that has no two meanings. */
function againNote(againMs: number): string {
  const utc = isoWithOffset(againMs, 'UTC');
  return `clocks were set back, and this minute came twice; the second: --tz UTC --day ${utc.slice(0, 10)} --at ${utc.slice(11, 16)}`;
}

/**
 * What a minute lacks. A process that used nothing has no record, so it may have been there; in a gap, only records that
 * span it tell of one.
 */
function unusedNotes(minute: Minute): string[] {
  const { coverage, lifecycles, nearest, onlyUsers } = minute;
  if (coverage.recordedMs === 0) return emptyNotes(minute, nearest);
  if (lifecycles.shown.length > 0 || lifecycles.prunedUntilMs !== null) return [];
  const whose = onlyUsers === null ? '' : ` of ${onlyUsers.label}`;
  return [`no recorded process${whose} used CPU time in this minute`];
}
