import type { HourUsage } from '../data/hours.js';
import type { NearestRecordings } from '../models/nearest-recording.js';
import type { Report } from '../models/day.js';
import type { BusyHour } from '../models/time-buckets.js';
import {
  toDocument,
  type DocumentType,
  bindField,
  type Screen,
  toSheet,
  type View,
} from '../view.js';
import { CSV_HOST, csvFields, dayTable, toLines, listRows, OTHERS, TOTAL } from './day-rows.js';
import { FROM, TO, whoseFields } from './facts.js';
import { formatStanding, reportHeading } from './heading.js';
import { USAGE_BY_HOUR, RECORDER, REPORT_FACTS } from './report-facts.js';
import { emptyNotes, RANGE_NOTE, reportNotes, verboseNotes } from './report-notes.js';

/** A report with what stands around its figures. */
export type Day = Report & {
  /** Empty unless the format is JSON. */
  usageByHour: HourUsage[];
  /** For people alone; null where no whole hour was recorded, and from a database. */
  busiestHour: BusyHour | null;
  /** Empty unless the report has no rows. */
  nearest: NearestRecordings;
};

const ifBy = (by: Report['by']) => (day: Day) => (day.by === by ? day : undefined);

export const DAY: DocumentType<Day> = {
  view: 'report',
  command: 'psusage report --format json',
  about: 'What each user, program, command or host spent in a day or a range of days.',
  members: [
    ...REPORT_FACTS,
    listRows(
      'user',
      'By user, which is the default. A user is a uid and a name: a uid has a row for each name that it had.',
      ifBy('user'),
    ),
    listRows('program', 'With --by program.', ifBy('program')),
    listRows('command', 'With --by command, from a journal only.', ifBy('command')),
    listRows('host', 'With --by host.', ifBy('host')),
    ...[OTHERS, USAGE_BY_HOUR, TOTAL, RECORDER],
  ],
  variants: [['users'], ['programs'], ['commands'], ['hosts']],
};

/** What each user, program, command or host spent; in CSV with the user before it where all is of one, and an empty one where it is of several. */
export function dayView(day: Day, verbose: boolean): View {
  const { by } = day;
  const whose = by === 'user' ? [] : whoseFields(day);
  const days = [FROM, TO].map((each) => bindField(each, day));
  return {
    timeZone: day.period.timeZone,
    document: toDocument(DAY, day),
    sheet: toSheet([CSV_HOST, ...days, ...whose, ...csvFields(by)], toLines(day)),
    screen: () => toScreen(day, verbose),
  };
}

function toScreen(day: Day, verbose: boolean): Screen {
  const hasRows = day.rows.length > 0;
  const hasMore = hasRows || day.source === 'influx' || day.coverage.recordedMs > 0;
  return {
    heading: [...reportHeading(day, day.busiestHour), formatStanding(day)],
    tables: [dayTable(day, verbose)],
    notes: [
      ...(hasRows ? [] : emptyNotes(day, day.nearest)),
      ...(hasMore ? reportNotes(day, day.by === 'user') : []),
      ...(verbose && day.source === 'journal'
        ? [...(hasRows ? [RANGE_NOTE] : []), ...verboseNotes(day)]
        : []),
    ],
  };
}
