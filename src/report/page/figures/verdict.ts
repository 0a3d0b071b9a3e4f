import {
  isOnCourse,
  isOver,
  type JournalReport,
  recordedPercent,
  type ReportRow,
} from '../../models/day.js';
import type { BusyHour } from '../../models/time-buckets.js';
import { toDirection } from '../../models/theil-sen.js';
import type { Trend, TrendRow } from '../../models/trend.js';

/** From this use of all vCPUs in the busiest hour on there is little room, or none: work waits for a vCPU. */
const TIGHT_PERCENT = 80;
const FULL_PERCENT = 95;

/** What a planner wants to know of the period first. */
export interface Verdict {
  /** Whether the host has room in its busiest hour; null where that is not known. */
  host: 'fits' | 'tight' | 'full' | null;
  /** Of all vCPUs while they were recorded; null where they were not. */
  busyPercent: number | null;
  busiest: BusyHour | null;
  /** Nobody where no budget is set. */
  over: ReportRow[];
  /** Those who are not over yet but will be at the end, if it goes on like that. */
  onCourse: ReportRow[];
  /** Those whose days grow beyond doubt, the sooner at the budget first. */
  growing: TrendRow[];
}

export function toVerdict(report: JournalReport, busiest: BusyHour | null, trend: Trend): Verdict {
  const { rows, total, projectionFactor, budgetsAreGiven } = report;
  const busyPercent = recordedPercent(total, report);
  return {
    host: report.onlyUsers === null ? judge(busiest?.percent) : null,
    busyPercent,
    busiest,
    over: budgetsAreGiven ? rows.filter(isOver) : [],
    onCourse: budgetsAreGiven ? rows.filter((row) => isOnCourse(row, projectionFactor)) : [],
    growing: trend.rows
      .filter(({ line }) => line !== null && toDirection(line) === 'up')
      .sort((a, b) => limitDay(a) - limitDay(b) || (b.line?.slope ?? 0) - (a.line?.slope ?? 0)),
  };
}

function judge(percent: number | undefined): Verdict['host'] {
  if (percent === undefined) return null;
  if (percent >= FULL_PERCENT) return 'full';
  return percent >= TIGHT_PERCENT ? 'tight' : 'fits';
}

function limitDay({ projection }: TrendRow): number {
  if (projection?.kind === 'reached') return 0;
  return projection?.kind === 'ahead' ? projection.day : Number.MAX_SAFE_INTEGER;
}
