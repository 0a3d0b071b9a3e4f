import { calendarDayOf } from '../../shared/days.js';
import type { JournalReport } from '../report.js';
import { shortMoment } from '../views/date-format.js';

type Recorded = Pick<JournalReport, 'period' | 'runs'>;

/**
 * Up to when single records were pruned of what was recorded in the period; null where none of it was. Pure.
 *
 * @param prunedUntilMs of the whole journal; undefined where nothing ever was
 */
export function prunedWithin(
  { period, runs }: Recorded,
  prunedUntilMs: number | undefined,
): number | null {
  if (prunedUntilMs === undefined || prunedUntilMs <= period.fromMs) return null;
  return runs.some(({ startedMs }) => startedMs < prunedUntilMs) ? prunedUntilMs : null;
}

/** What the list of processes lacks: by day where that is the whole period, else by the minute. */
export function prunedLines({ period }: Recorded, prunedUntilMs: number | null): string[] {
  if (prunedUntilMs === null) return [];
  const until =
    prunedUntilMs >= period.toMs
      ? calendarDayOf(prunedUntilMs, period.timeZone)
      : shortMoment(prunedUntilMs, period);
  return [`processes of before ${until} were pruned; their CPU time is in the total`];
}
