import type Database from 'better-sqlite3';
import type { Grouping } from '../report.js';
import type { Question, Recorded } from '../summary.js';
import { readLivingUncertainty, readRecorderCpuMs } from './certainty.js';
import { readClockCorrection } from './clock-set.js';
import { readEntered } from './entered.js';
import { journalGrouping, type Whose } from './grouping.js';
import { readFirstRecordedMs, readLastRecordedMs, readRuns } from './runs.js';
import { readFirstSampledQuarter, readUsage } from './usage.js';

/** What the journal holds of a period, as far as a report needs it: of everybody, or of one user. */
export function readRecorded(
  db: Database.Database,
  grouping: Grouping,
  { period, nowMs }: Pick<Question, 'period' | 'nowMs'>,
  userId: Whose['userId'],
): Recorded {
  const by = journalGrouping(grouping);
  const firstSampledMs = readFirstSampledQuarter(db, period);
  return {
    runs: readRuns(db, period),
    usage: readUsage(db, by, period, firstSampledMs, userId),
    entered: readEntered(db, by, period, firstSampledMs, userId),
    clock: readClockCorrection(db, by, period, firstSampledMs, userId),
    living: nowMs < period.toMs ? readLivingUncertainty(db, by, userId) : new Map(),
    recorderCpuMs: readRecorderCpuMs(db, period),
    sampled: {
      fromMs: readFirstRecordedMs(db) ?? period.fromMs,
      toMs: readLastRecordedMs(db) ?? period.toMs,
    },
  };
}
