import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../../shared/journal/pruned.js';
import { readOnlyUser } from '../only-user.js';
import { readHours } from '../data/hours.js';
import { readLifecycles } from '../data/lifecycles.js';
import { readLastRecordedMs } from '../data/runs.js';
import { resolvePeriod, assertRecorded, readJournal } from '../data/journal.js';
import { readSummary } from '../read-summary.js';
import type { JournalReport } from '../report.js';
import type { DetailsQuery } from '../query.js';
import type { SummaryOptions } from '../summary.js';
import type { Terminal } from '../terminal.js';
import type { Details, Lifecycles } from './details.js';
import { lifecyclesOf } from './lifecycles.js';
import { dayBuckets, hourBuckets } from './time-buckets.js';
import { prunedWithin } from './pruned.js';
import { renderDetails } from './render.js';

/** Rows of a table, unless `--top` asks for more or fewer: where it is the only one, and where it is one of several. */
const TABLE_TOP = 20;
const TABLE_TOP_OF_SEVERAL = 10;

/** More processes than this are in one row in JSON and CSV too, unless `--top` asks for more. */
const MOST_LIFECYCLES = 100_000;

/**
 * What lies under a row of the report: hours, processes, or all about one user; ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeDetails(
  query: DetailsQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { journal } = query;
  const period = await resolvePeriod(query, nowMs);
  const options = { ...query, by: 'user', top: undefined, period, nowMs } as const;
  const details = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readDetails(db, query, options);
  });
  return renderDetails(details, query, terminal);
}

function readDetails(db: Database.Database, query: DetailsQuery, options: SummaryOptions): Details {
  const { view, user, format } = query;
  const { period, nowMs } = options;
  const onlyUser = user === undefined ? undefined : readOnlyUser(db, options, user);
  const report = readSummary(db, options, onlyUser);
  const userId = onlyUser?.row.id ?? null;
  const byHour =
    view === 'lifecycles' && format !== 'json' ? [] : readHours(db, 'user', period, userId);
  const common = { report, userHours: format === 'json' ? byHour : [] };
  if (view === 'hours') {
    return { kind: view, ...common, hours: hourBuckets(byHour, report.runs, period, nowMs) };
  }
  const lifecycles = readCostliest(db, report, query);
  if (view === 'lifecycles') return { kind: view, ...common, lifecycles };
  const hours = hourBuckets(byHour, report.runs, period, nowMs);
  const top = topOfUser(query);
  return {
    kind: view,
    ...common,
    programs: readSummary(db, { ...options, by: 'program', top }, onlyUser),
    commands: readSummary(db, { ...options, by: 'command', top }, onlyUser),
    hours,
    days: dayBuckets(hours, report.runs, period, nowMs),
    lifecycles,
  };
}

/** Programs and commands of a user are few: programs get them all. */
function topOfUser({ top, format }: DetailsQuery): number | undefined {
  return format === 'table' ? (top ?? TABLE_TOP_OF_SEVERAL) : undefined;
}

function readCostliest(
  db: Database.Database,
  report: JournalReport,
  { top, view, format }: DetailsQuery,
): Lifecycles {
  const { period, untilMs, onlyUser } = report;
  const ofTable = view === 'user' ? TABLE_TOP_OF_SEVERAL : TABLE_TOP;
  const most = top ?? (format === 'table' ? ofTable : MOST_LIFECYCLES);
  const lastMs = readLastRecordedMs(db) ?? untilMs;
  const until = { fromMs: period.fromMs, toMs: Math.min(untilMs, lastMs) };
  return {
    ...lifecyclesOf(readLifecycles(db, period, onlyUser?.id ?? null, most), until),
    prunedUntilMs: prunedWithin(report, readPrunedUntilMs(db)),
  };
}
