import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';

/**
 * Programs that only the kernel's own threads ran in a stretch: not one that somebody else had a process of, whatever
 * that called itself.
 */
export function readKernelPrograms(db: Database.Database, within: Span): ReadonlySet<number> {
  const programs = db
    .prepare<Span, number>(
      `SELECT usage.program_id FROM usage
       LEFT JOIN kernel_program ON kernel_program.program_id = usage.program_id
         AND kernel_program.user_id = usage.user_id
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs
         AND usage.program_id IN (SELECT program_id FROM kernel_program)
       GROUP BY usage.program_id
       HAVING count(kernel_program.user_id) = count(*)`,
    )
    .pluck()
    .all(within);
  return new Set(programs);
}
