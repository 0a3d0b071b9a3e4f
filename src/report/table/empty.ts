import type { NearestRecording, NearestRecordings } from '../data/nearest-recording.js';
import type { Report } from '../report.js';
import { momentInWords } from '../views/date-format.js';
import { isSelective, selectionInWords } from '../views/selection.js';

/** What to say of a period without a single row. */
export function emptyLines(report: Report, { before, after }: NearestRecordings): string[] {
  if (report.source === 'influx') {
    return [`nothing was received for ${report.period.days === 1 ? 'this day' : 'these days'}`];
  }
  if (report.coverage.recordedMs > 0) {
    return [report.runs.some(isSelective) ? 'no such process was seen' : 'no process was seen'];
  }
  const moment = ({ atMs, run }: NearestRecording) =>
    `${momentInWords(atMs, report.period.timeZone)} (${selectionInWords(run)})`;
  return [
    `nothing was recorded ${report.period.days === 1 ? 'on this day' : 'in these days'}`,
    ...(before === undefined ? [] : [`last recorded before: ${moment(before)}`]),
    ...(after === undefined ? [] : [`next recorded after: ${moment(after)}`]),
  ];
}
