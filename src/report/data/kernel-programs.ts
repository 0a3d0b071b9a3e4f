import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import { SUMS_WITHIN, toSumsParameters } from './sums-within.js';

/**
 * Programs that only the kernel's own threads ran in a stretch: not one that somebody else had a process of, whatever
 * that called itself.
 */
export function readKernelPrograms(db: Database.Database, within: Span): ReadonlySet<number> {
  const programs = db
    .prepare<ReturnType<typeof toSumsParameters>, number>(
      `SELECT sums.program_id FROM (${SUMS_WITHIN}) AS sums
       LEFT JOIN kernel_program USING (program_id, user_id)
       WHERE program_id IN (SELECT program_id FROM kernel_program)
       GROUP BY program_id
       HAVING sum(quarters) > 0 AND sum(iif(kernel_program.user_id IS NULL, quarters, 0)) = 0`,
    )
    .pluck()
    .all(toSumsParameters(within));
  return new Set(programs);
}
