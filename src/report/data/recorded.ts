import type Database from 'better-sqlite3';
import type { Period, Span } from '../../shared/days.js';
import { type ClockCorrection, readClockCorrection } from './clock-set.js';
import { readKernelPrograms } from './kernel-programs.js';
import { readEntered } from './entered.js';
import { type Grouping, toJournalGrouping, type UserIds } from './grouping.js';
import { measureCoverage } from '../models/coverage.js';
import { readFirstRecordedMs, readLastRecordedMs, readRuns, type RecorderRun } from './runs.js';
import { readUnrecordedUsage, type UnrecordedUsage } from './unrecorded.js';
import {
  type KeyUsage,
  readFirstSampledQuarter,
  readLivingUncertainty,
  readRecorderCpuMs,
  readUsage,
} from './usage.js';

/** What the journal holds of a period, as far as a report needs it. */
export interface Recorded {
  /** Those that may have taken samples in the period. */
  runs: RecorderRun[];
  usage: KeyUsage[];
  /** Lifecycles that came under a key by a change, by the key's id. */
  entered: ReadonlyMap<number, number>;
  clock: ClockCorrection;
  /** By how much processes that live now may be off, by the key's id; empty for a period that is over. */
  living: ReadonlyMap<number, number>;
  recorderCpuMs: number;
  /** By program: those of kernel threads alone. */
  kernelPrograms: ReadonlySet<number>;
  /** What was charged to stretches without a sample. */
  unrecorded: UnrecordedUsage[];
  /** The first and the last sample of all. */
  sampled: Span;
}

/** What is recorded of everybody, or of these users. */
export function readRecorded(
  db: Database.Database,
  grouping: Grouping,
  { period, nowMs }: { period: Period; nowMs: number },
  users: UserIds,
): Recorded {
  const by = toJournalGrouping(grouping);
  const firstSampledMs = readFirstSampledQuarter(db, period);
  const runs = readRuns(db, period);
  const { gaps } = measureCoverage(runs, period, nowMs);
  return {
    runs,
    usage: readUsage(db, by, period, firstSampledMs, users),
    entered: readEntered(db, by, period, firstSampledMs, users),
    clock: readClockCorrection(db, by, period, firstSampledMs, users),
    living: nowMs < period.toMs ? readLivingUncertainty(db, by, users) : new Map(),
    recorderCpuMs: readRecorderCpuMs(db, period),
    kernelPrograms: by === 'program' ? readKernelPrograms(db, period) : new Set(),
    unrecorded: readUnrecordedUsage(db, by, gaps, users),
    sampled: {
      fromMs: readFirstRecordedMs(db) ?? period.fromMs,
      toMs: readLastRecordedMs(db) ?? period.toMs,
    },
  };
}
