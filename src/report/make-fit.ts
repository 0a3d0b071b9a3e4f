import type Database from 'better-sqlite3';
import { addCalendarDays, type Period, type Span, toCalendarDay } from '../shared/days.js';
import { PsusageError } from '../shared/errors.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { type PeriodOptions, readPeriod } from './data/period.js';
import { readHostQuarters } from './data/quarters.js';
import { readFirstRecordedMs, readLastRecordedMs, readRuns } from './data/runs.js';
import { readTimeZone } from './data/time-zone.js';
import { renderView } from './formats/render.js';
import { type Fit, type FitOptions, isShort, summariseFit } from './models/fit.js';
import type { ReportQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { fitView, formatRecorded } from './views/fit.js';

/** Which burstable size would do; without days of the last recorded ones. */
export type FitQuery = Pick<
  ReportQuery,
  'journal' | 'host' | 'days' | 'timeZone' | 'format' | 'force'
>;

/** So many days show the weekly rhythm four times. */
const LAST_DAYS = 30;

/**
 * How the recorded host fits burstable sizes, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws PsusageError TOO_SHORT when less than a week was recorded, unless it is forced
 * @throws JournalError when the journal can't be read
 */
export async function makeFit(
  { journal, host, timeZone: zone, format, days, force }: FitQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const timeZone = await readTimeZone(zone);
  // A misspelt day is told even where there is no journal.
  const asked =
    days === undefined ? undefined : await resolvePeriod({ journal, days, timeZone }, nowMs);
  const fit = readJournal(journal, (db) => {
    const period = asked ?? readLastDays(db, nowMs, timeZone);
    assertRecorded(db, period, journal);
    return readFit(db, { period, nowMs, host });
  });
  if (!force) assertLongEnough(fit);
  return renderView(fitView(fit), format, terminal);
}

/** Nobody should buy a size for what some minutes show. */
function assertLongEnough(fit: Fit): void {
  if (!isShort(fit)) return;
  throw new PsusageError(
    'TOO_SHORT',
    `only ${formatRecorded(fit)} recorded: choosing a size needs seven whole days, one of each weekday`,
    { hint: 'show the sizes anyway with --force' },
  );
}

function readFit(db: Database.Database, options: FitOptions): Fit {
  const { period } = options;
  const recorded = { runs: readRuns(db, period), cpuMs: readHostQuarters(db, period) };
  return summariseFit(recorded, options);
}

/** Of a clock that was set back since the last sample the days are those up to now. */
function readLastDays(db: Database.Database, nowMs: number, timeZone: string): Period {
  const toMs = Math.min(nowMs, readLastRecordedMs(db) ?? nowMs);
  const fromMs = Math.min(toMs, readFirstRecordedMs(db) ?? toMs);
  return readPeriod(lastRecordedDays({ fromMs, toMs }, timeZone), nowMs, timeZone, () => undefined);
}

/** The last 30 recorded days: up to that of the last sample, and none before the first. */
function lastRecordedDays(recorded: Span, timeZone: string): PeriodOptions {
  const first = toCalendarDay(recorded.fromMs, timeZone);
  const last = toCalendarDay(recorded.toMs - 1, timeZone);
  const from = addCalendarDays(last, 1 - LAST_DAYS);
  return { kind: 'range', from: from < first ? first : from, to: last };
}
