import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { UsageError } from '../shared/errors.js';
import { sum } from '../shared/numbers.js';
import { MS_PER_MINUTE } from '../shared/units.js';
import { readMinute } from './data/period.js';
import { ALL_TIME, readFirstRecordedMs, readLastRecordedMs, readRuns } from './data/runs.js';
import { type DetailsQuery, makeDetails, readCostliest, TABLE_TOP } from './make-details.js';
import { averageVcpus, measureCoverage, selectRuns } from './models/coverage.js';
import type { JournalReport } from './models/day.js';
import type { Lifecycles } from './models/lifecycles.js';
import { findNearestRecordings } from './models/nearest-recording.js';
import type { Spent } from './models/spent.js';
import type { ReportQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { formatSecond } from './views/date-format.js';
import { minuteView } from './views/minute.js';

/**
 * The processes that ran in a minute of a day, ready to be printed.
 *
 * @throws UsageError when the day, the minute, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export function makeMinute(
  query: DetailsQuery & Pick<ReportQuery, 'at'>,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { at } = query;
  if (at === undefined) throw new Error('a minute is what chooses this view');
  return makeDetails(query, nowMs, terminal, (reading) => {
    const { db, report } = reading;
    const { minute, againMs } = readMinute(report.period, at);
    assertRecorded(db, minute, nowMs);
    const coverage = measureCoverage(report.runs, minute, nowMs);
    const vcpus = averageVcpus(report.runs, minute, nowMs);
    const inMinute: JournalReport = {
      ...report,
      ...{ period: minute, untilMs: minute.toMs, coverage, vcpus },
      capacityCpuMs: vcpus === null ? null : vcpus * MS_PER_MINUTE,
      recordedCapacityCpuMs: null,
      runs: selectRuns(report.runs, minute, nowMs),
      ...{ rows: [], others: null, renamed: [], unrecorded: [], recorderCpuMs: 0 },
    };
    const lifecycles = readCostliest({ ...reading, report: inMinute }, TABLE_TOP);
    const total = toTotal(lifecycles);
    const hasNearest = coverage.recordedMs === 0 && report.onlyUsers?.isPrivate !== true;
    const nearest = hasNearest ? findNearestRecordings(readRuns(db, ALL_TIME), minute, nowMs) : {};
    return minuteView({ ...inMinute, total, lifecycles, day: report.period, againMs, nearest });
  });
}

/** @throws UsageError when no sample can have been taken in the minute */
function assertRecorded(db: Database.Database, minute: Period, nowMs: number): void {
  const { fromMs, toMs, timeZone } = minute;
  const moment = (ms: number | undefined) => formatSecond(ms ?? nowMs, timeZone);
  const [firstMs, lastMs] = [readFirstRecordedMs(db), readLastRecordedMs(db)];
  const hint = `recorded from ${moment(firstMs)} to ${moment(lastMs)}; --day names another day`;
  if (fromMs > nowMs) throw new UsageError(`${moment(fromMs)} is in the future`, hint);
  if (toMs <= (firstMs ?? nowMs)) {
    throw new UsageError(`${moment(fromMs)} is before the first recording`, hint);
  }
}

/** Since means are in it, it may be more than the host can have done in the minute: no share of the host is told. */
function toTotal({ shown, others }: Lifecycles): Spent {
  const all = [...shown, ...(others === null ? [] : [others])];
  const cpuMs = sum(all.map((each) => each.cpuMs));
  return {
    processes: shown.length + (others?.rows ?? 0),
    cpuMs,
    unseenCpuMs: sum(all.map((each) => each.unseenCpuMs)),
    recordedCpuMs: null,
    range: null,
  };
}
