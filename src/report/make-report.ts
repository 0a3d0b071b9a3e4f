import type Database from 'better-sqlite3';
import type { CommandResult } from './command-result.js';
import { toJournalGrouping } from './data/grouping.js';
import { toHoursOfHost, readHours } from './data/hours.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { findNearestRecordings } from './data/nearest-recording.js';
import { ALL_TIME, readRuns } from './data/runs.js';
import type { DayQuery } from './query.js';
import { readSummary } from './read-summary.js';
import { render, type ReportedPeriod } from './render.js';
import type { JournalReport } from './report.js';
import type { OnlyUser, SummaryOptions } from './summary.js';
import type { Terminal } from './terminal.js';
import type { UserFilter } from './user-filter.js';

/**
 * The report of a machine's journal, ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeReport(
  query: DayQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<CommandResult> {
  const { journal, user, format } = query;
  const period = await resolvePeriod(query, nowMs);
  const options = { ...query, period, nowMs };
  const findOnlyUser = await onlyUserReader(user);
  const reported = readJournal(journal, (db) => {
    assertRecorded(db, period, journal, query.check !== undefined);
    return readReport(db, options, format === 'json', findOnlyUser(db, options));
  });
  return render(reported, query, terminal);
}

/** The report of the journal as it is now; the caller sees to it that nothing is written meanwhile. */
export function readReport(
  db: Database.Database,
  options: SummaryOptions,
  withHours: boolean,
  onlyUser?: OnlyUser,
): ReportedPeriod & { report: JournalReport } {
  const { by, period, nowMs } = options;
  const report = readSummary(db, options, onlyUser);
  const userId = onlyUser?.row.id ?? null;
  const hours = withHours ? readHours(db, toJournalGrouping(by), period, userId) : [];
  return {
    report,
    hours: by === 'host' ? toHoursOfHost(hours) : hours,
    nearest:
      report.rows.length === 0 && onlyUser?.isPrivate !== true
        ? findNearestRecordings(readRuns(db, ALL_TIME), period, nowMs)
        : {},
  };
}

/** Finds the one user; where there is no filter nothing is loaded for it. */
async function onlyUserReader(
  filter: UserFilter | undefined,
): Promise<(db: Database.Database, options: SummaryOptions) => OnlyUser | undefined> {
  if (filter === undefined) return () => undefined;
  const { readOnlyUser } = await import('./only-user.js');
  return (db, options) => readOnlyUser(db, options, filter);
}
