import { readHostCounter, readProgramCounters } from './data/counters.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { toPrometheus } from './formats/prometheus.js';
import type { ReportQuery } from './query.js';
import { readReport } from './read-day.js';
import { dayMetrics } from './views/day-metrics.js';

/** What monitoring reads each minute: of today, and of all time. */
export type PrometheusQuery = Pick<
  ReportQuery,
  'journal' | 'host' | 'timeZone' | 'top' | 'budgets'
>;

/** The most series of a metric unless --top says otherwise. Each program name is one, and users choose those. */
const MOST_SERIES = 1_000;

/**
 * How users stand today, and counters that never fall, for node_exporter.
 *
 * @throws UsageError when the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makePrometheus(query: PrometheusQuery, nowMs: number): Promise<string> {
  const { journal, top = MOST_SERIES } = query;
  const period = await resolvePeriod({ ...query, days: undefined }, nowMs);
  // Those who are over their budget come first.
  const options = { ...query, period, nowMs, top, by: 'user', sort: 'budget' } as const;
  const metrics = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    const report = readReport(db, options);
    return dayMetrics(report, readProgramCounters(db, top), readHostCounter(db));
  });
  return toPrometheus(metrics);
}
