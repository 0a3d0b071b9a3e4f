import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../shared/journal/pruned.js';
import { type HourUsage, readHours } from './data/hours.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { readLifecycles } from './data/lifecycles.js';
import { readLastRecordedMs } from './data/runs.js';
import { partShown, renderView } from './formats/render.js';
import type { JournalReport } from './models/day.js';
import type { DayOptions, OnlyUser } from './models/journal-day.js';
import { type Lifecycles, prunedWithin, toLifecycles } from './models/lifecycles.js';
import { toDayBuckets, toHourBuckets } from './models/time-buckets.js';
import type { DetailsQuery } from './query.js';
import { readReport } from './read-day.js';
import { readOnlyUser } from './read-only-user.js';
import type { Terminal } from './terminal.js';
import type { View } from './view.js';
import { hoursView } from './views/hours.js';
import { processesView } from './views/processes.js';
import { userView } from './views/user.js';

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
  const { journal, user, format } = query;
  const period = await resolvePeriod(query, nowMs);
  const options = { ...query, by: 'user', top: undefined, period, nowMs } as const;
  const view = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    const onlyUser = user && readOnlyUser(db, options, user);
    return readView(db, query, options, onlyUser);
  });
  return renderView(view, format, terminal);
}

function readView(
  db: Database.Database,
  query: DetailsQuery,
  options: DayOptions,
  onlyUser: OnlyUser | undefined,
): View {
  const { format, verbose } = query;
  const { period, nowMs } = options;
  const report = readReport(db, options, onlyUser);
  const readUsage = () => readHours(db, 'user', period, onlyUser?.row.id ?? null);
  const toBuckets = (usage: readonly HourUsage[]) =>
    toHourBuckets(usage, report.runs, period, nowMs);
  switch (query.view) {
    case 'hours': {
      const usageByHour = readUsage();
      return hoursView({ ...report, usageByHour, buckets: toBuckets(usageByHour) }, verbose);
    }
    case 'lifecycles': {
      const usageByHour = partShown(format) === 'document' ? readUsage() : [];
      const lifecycles = readCostliest(db, report, query);
      return processesView({ ...report, usageByHour, lifecycles }, verbose);
    }
    case 'user': {
      const usageByHour = readUsage();
      const buckets = toBuckets(usageByHour);
      const top = toTopOfUser(query);
      const user = {
        ...{ ...report, usageByHour, buckets },
        programs: readReport(db, { ...options, by: 'program', top }, onlyUser),
        commands: readReport(db, { ...options, by: 'command', top }, onlyUser),
        days: toDayBuckets(buckets, report.runs, period, nowMs),
        lifecycles: readCostliest(db, report, query),
      };
      return userView(user, verbose);
    }
  }
}

/** Programs and commands of a user are few: programs get them all. */
function toTopOfUser({ top, format }: DetailsQuery): number | undefined {
  return partShown(format) === 'screen' ? (top ?? TABLE_TOP_OF_SEVERAL) : undefined;
}

function readCostliest(
  db: Database.Database,
  report: JournalReport,
  { top, view, format }: DetailsQuery,
): Lifecycles {
  const { period, untilMs, onlyUser } = report;
  const ofTable = view === 'user' ? TABLE_TOP_OF_SEVERAL : TABLE_TOP;
  const most = top ?? (partShown(format) === 'screen' ? ofTable : MOST_LIFECYCLES);
  const lastMs = readLastRecordedMs(db) ?? untilMs;
  const until = { fromMs: period.fromMs, toMs: Math.min(untilMs, lastMs) };
  return {
    ...toLifecycles(readLifecycles(db, period, onlyUser?.id ?? null, most), until),
    prunedUntilMs: prunedWithin(report, readPrunedUntilMs(db)),
  };
}
