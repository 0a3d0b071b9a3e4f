import type Database from 'better-sqlite3';
import type { OnlyUsers } from './models/day.js';
import type { DayOptions } from './models/journal-day.js';
import type { UserFilter } from './user-filter.js';

/**
 * Finds the users of the filter in a journal; where there is no filter nothing is loaded for it.
 *
 * @param isForThem as `readOnlyUsers` has it
 */
export async function prepareOnlyUsers(
  filter: UserFilter | undefined,
  isForThem = false,
): Promise<
  (db: Database.Database, options: Omit<DayOptions, 'by' | 'sort' | 'top'>) => OnlyUsers | undefined
> {
  if (filter === undefined) return () => undefined;
  const { readOnlyUsers } = await import('./read-only-users.js');
  return (db, options) => readOnlyUsers(db, options, filter, isForThem);
}
