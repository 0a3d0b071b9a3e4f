import type { Span } from '../../shared/days.js';
import { MS_PER_DAY } from '../../shared/units.js';

/**
 * The sums of a stretch that begins and ends at quarter-hours of UTC: those of days of UTC, and the quarter-hours from
 * either end of the stretch to the nearest midnight of UTC, taken off where the days go beyond it. So a day of any time
 * zone is read from a few rows, and exactly. `quarters` tells in how many of the stretch an account had processes.
 */
export const SUMS_WITHIN = `
  SELECT user_id, program_id, command_id, quarters, cpu_ms, unseen_cpu_ms, started, uncertain_ms
  FROM usage_day WHERE day_ms >= @firstDayMs AND day_ms < @endDayMs
  UNION ALL ${atEnd('start')}
  UNION ALL ${atEnd('end')}`;

function atEnd(end: 'start' | 'end'): string {
  const sums = ['1', 'cpu_ms', 'unseen_cpu_ms', 'started', 'uncertain_ms'];
  return `
    SELECT user_id, program_id, command_id, ${sums.map((sum) => `@${end}Sign * ${sum}`).join(', ')}
    FROM usage WHERE quarter_ms >= @${end}FromMs AND quarter_ms < @${end}ToMs`;
}

/** The same of a stretch without a day, at half the cost. */
export const QUARTERS_WITHIN = `
  SELECT user_id, program_id, command_id, cpu_ms
  FROM usage WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs`;

export function hasDays({ fromMs, toMs }: Span): boolean {
  return toMs - fromMs >= MS_PER_DAY / 2;
}

/** The parameters of a statement with `SUMS_WITHIN`. */
export function toSumsParameters({ fromMs, toMs }: Span) {
  const [firstDayMs, endDayMs] = hasDays({ fromMs, toMs })
    ? [toNearestDay(fromMs), toNearestDay(toMs)]
    : [toMs, toMs];
  return {
    ...{
      firstDayMs,
      startFromMs: Math.min(fromMs, firstDayMs),
      startToMs: Math.max(fromMs, firstDayMs),
    },
    startSign: Math.sign(firstDayMs - fromMs),
    ...{ endDayMs, endFromMs: Math.min(toMs, endDayMs), endToMs: Math.max(toMs, endDayMs) },
    endSign: Math.sign(toMs - endDayMs),
  };
}

function toNearestDay(ms: number): number {
  return Math.round(ms / MS_PER_DAY) * MS_PER_DAY;
}
