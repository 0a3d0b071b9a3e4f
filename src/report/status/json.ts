import { cpuSeconds, MS_PER_SECOND } from '../../shared/units.js';
import { textOf } from '../json.js';
import { lengthMs } from '../data/spans.js';
import { precisionOf } from '../precision.js';
import type { Facts } from './facts.js';
import type { Health } from './health.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

const UNKNOWN_PRECISION = { coarseCpuTime: null, unknownAges: null };

/**
 * The status as JSON, the same shape whatever is known. Times are ISO 8601 in UTC, null where there is none; `pid` is
 * null where nobody records. `gaps` and `coverage` are of the last 24 hours, or since the first recording. New keys
 * may come; these stay.
 */
export function renderStatusJson(facts: Facts, { recording, problems }: Health): string {
  const { run, coverage, shipping } = facts;
  return textOf({
    schema: SCHEMA,
    view: 'status',
    healthy: problems.length === 0,
    problems,
    host: run?.host ?? null,
    recording,
    pid: recording ? (run?.pid ?? null) : null,
    programs: run?.programs ?? [],
    users: run?.users ?? [],
    forks: run?.forks ?? true,
    intervalSeconds: run === null ? null : run.intervalMs / MS_PER_SECOND,
    startedAt: iso(run?.startedMs),
    lastSampleAt: iso(run?.lastTickMs),
    endedAt: iso(run?.endedMs),
    endReason: run?.endReason ?? null,
    ...(run === null ? UNKNOWN_PRECISION : precisionOf([run])),
    openProcesses: facts.openProcesses,
    creditRecords: facts.creditRecords,
    unshipped: shipping.unshipped,
    quarantined: shipping.quarantined,
    gaps: coverage.gaps.length,
    coverage: {
      askedSeconds: coverage.askedMs / MS_PER_SECOND,
      recordedSeconds: coverage.recordedMs / MS_PER_SECOND,
      gapSeconds: lengthMs(coverage.gaps) / MS_PER_SECOND,
      complete: coverage.complete,
    },
    shipping: {
      destination: shipping.destination,
      acknowledgedAt: iso(shipping.acknowledgedMs),
      refusedAt: iso(shipping.refused?.atMs),
      refusal: shipping.refused?.words ?? null,
    },
    journalBytes: facts.journalBytes,
    bytesADay: facts.bytesADay,
    prunedUntil: iso(facts.prunedUntilMs),
    recorderCpuSeconds: cpuSeconds(facts.recorderCpuMs),
  });
}

function iso(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString();
}
