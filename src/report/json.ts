import { isoWithOffset } from '../shared/days.js';
import { harmlessJson } from '../shared/harmless-text.js';
import { credits, MS_PER_SECOND, utilSeconds, UTIL_SECONDS_PER_VCPU_DAY } from '../shared/units.js';
import { precisionOf } from './precision.js';
import type { HourUsage } from './data/hours.js';
import type { RecorderRun } from './data/runs.js';
import {
  capacityOf,
  type JournalReport,
  type Report,
  type ReportRow,
  type Spent,
} from './report.js';
import { amountsOf, budgetOf, rounded } from './rounded.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

const ROWS_NAME = {
  user: 'users',
  program: 'programs',
  command: 'commands',
  host: 'hosts',
} as const;

const UNKNOWN_COVERAGE = {
  recordedSeconds: null,
  gapSeconds: null,
  gaps: null,
  complete: null,
  coarseCpuTime: null,
  unknownAges: null,
};

/** The key in `hours` of the rows that `--top` leaves out. */
const OTHERS_KEY = '(others)';

/**
 * The report as JSON, of the same shape whether anything was recorded or not.
 *
 * CPU seconds and util-seconds are exact, so rows and `others` add up to the total to the last digit.
 *
 * `source` says where the figures come from: of `journal` they are those of `host`, which is the only one
 * of `hostNames`; of `influx` those of all `hostNames`, `host` is null, and what only a machine's own
 * journal knows is null too: vCPUs and what is made of them, coverage, processes, uids, the recorder's own
 * cost, by how much figures may be off, and with VictoriaMetrics what is unseen. `runs` is empty then.
 *
 * `onlyUser` is null, or whom `--user` names: all figures are of that user then, also the total.
 */
export function renderJson(report: Report, hours: readonly HourUsage[]): string {
  return textOf({
    ...frameOf(report),
    [ROWS_NAME[report.by]]: rowsOf(report),
    others:
      report.others === null
        ? null
        : {
            rows: report.others.rows,
            ...amountsOf(report.others, report),
            ...certaintyOf(report.others),
          },
    hours: hours.map((hour) => ({
      from: isoWithOffset(hour.fromMs, report.period.timeZone),
      utilSeconds: utilSecondsByKey(hour, report.rows),
    })),
    ...totalsOf(report),
  });
}

/** A document of JSON that does no harm to a terminal. */
export function textOf(document: Record<string, unknown>): string {
  return `${harmlessJson(JSON.stringify(document, null, 2))}\n`;
}

/** Of what the figures are: what each document of a report begins with. */
export function frameOf(report: Report) {
  const { period } = report;
  const journal = report.source === 'journal' ? report : null;
  const onlyUser = journal?.onlyUser ?? null;
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  return {
    schema: SCHEMA,
    view: 'report',
    source: report.source,
    host: journal?.host ?? null,
    hostNames: report.source === 'journal' ? [report.host] : report.hostNames,
    onlyUser: onlyUser === null ? null : { user: onlyUser.name, uid: onlyUser.uid },
    from: iso(period.fromMs),
    to: iso(period.toMs),
    timeZone: period.timeZone,
    days: period.days,
    vcpus: rounded(journal?.vcpus ?? null),
    utilSecondsPerVcpuDay: UTIL_SECONDS_PER_VCPU_DAY,
    capacityUtilSeconds: rounded(capacityOf(report)),
    coverage: journal === null ? UNKNOWN_COVERAGE : coverageInSeconds(journal),
    renamedUsers: journal?.renamed ?? [],
    runs: (journal?.runs ?? []).map((run) => ({
      from: iso(run.startedMs),
      to: iso(run.lastTickMs),
      running: run.running,
      programs: run.programs,
      users: run.users,
      forks: run.forks,
      visibility: run.visibility,
      vcpus: run.vcpus,
    })),
  };
}

interface Recorded extends Pick<JournalReport, 'coverage'> {
  runs: readonly RecorderRun[];
}

/** What was spent in all, and by the recorder: what each document of a report ends with. */
export function totalsOf(report: Report) {
  const journal = report.source === 'journal' ? report : null;
  return {
    total: { ...amountsOf(report.total, report), ...certaintyOf(report.total) },
    recorder:
      journal === null
        ? { cpuSeconds: null, credits: null }
        : {
            cpuSeconds: journal.recorderCpuMs / MS_PER_SECOND,
            credits: rounded(credits(journal.recorderCpuMs)),
          },
  };
}

/** How much was recorded and what was less exact, as each JSON document says it. */
function coverageInSeconds({ coverage, runs }: Recorded) {
  return {
    recordedSeconds: coverage.recordedMs / MS_PER_SECOND,
    gapSeconds: (coverage.askedMs - coverage.recordedMs) / MS_PER_SECOND,
    gaps: coverage.gaps.length,
    complete: coverage.complete,
    ...precisionOf(runs),
  };
}

export function rowsOf(report: Report) {
  return report.rows.map((row) => rowOf(row, report));
}

function rowOf(row: ReportRow, report: Report) {
  const { capacityPercent, ...amounts } = amountsOf(row, report);
  return {
    [report.by]: row.name,
    ...(report.by === 'user' ? { uid: row.uid } : {}),
    ...amounts,
    ...budgetOf(row, report),
    capacityPercent,
    ...certaintyOf(row),
  };
}

/** Between which values the CPU seconds lie, and by how much they may be off on the farther side. */
function certaintyOf({ cpuMs, range }: Spent) {
  if (range === null) {
    return { uncertainCpuSeconds: null, leastCpuSeconds: null, mostCpuSeconds: null };
  }
  const { leastMs, mostMs } = range;
  return {
    uncertainCpuSeconds: Math.max(cpuMs - leastMs, mostMs - cpuMs) / MS_PER_SECOND,
    leastCpuSeconds: leastMs / MS_PER_SECOND,
    mostCpuSeconds: mostMs / MS_PER_SECOND,
  };
}

/** What was spent in an hour, by the key of each row. */
export function utilSecondsByKey(
  hour: HourUsage,
  rows: readonly ReportRow[],
): Record<string, number> {
  const keys = new Map(rows.map((row) => [row.id, row.key]));
  const byKey = new Map<string, number>();
  for (const [id, cpuMs] of hour.cpuMs) {
    const key = keys.get(id) ?? OTHERS_KEY;
    byKey.set(key, (byKey.get(key) ?? 0) + cpuMs);
  }
  return Object.fromEntries([...byKey].map(([key, cpuMs]) => [key, utilSeconds(cpuMs)]));
}
