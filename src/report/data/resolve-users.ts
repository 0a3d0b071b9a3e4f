import type Database from 'better-sqlite3';
import type { NamedUser } from '../../shared/named-user.js';
import { type Budgets, resolveHolders } from '../models/budgets.js';

/**
 * The user that an option names, the same in each period: a number is a name where the journal knows a user of that
 * name, else a uid.
 */
export function resolveUser(db: Database.Database, named: NamedUser): NamedUser {
  const { name, uid } = named;
  if (name === null || uid === null) return named;
  const isName = db.prepare('SELECT 1 FROM user WHERE name = ?').get(name) !== undefined;
  return isName ? { name, uid: null } : { name: null, uid };
}

/** The budgets, each with the user that it names. */
export function resolveBudgets(db: Database.Database, budgets: Budgets): Budgets {
  return resolveHolders(budgets, (named) => resolveUser(db, named));
}
