import type Database from 'better-sqlite3';
import type { NamedUsers } from '../../shared/named-user.js';
import { type Budgets, resolveHolders } from '../models/budgets.js';

/**
 * The users that an option names, the same in each period: a number is a name where the journal knows a user of that
 * name, else a uid.
 */
export function resolveUsers(db: Database.Database, named: NamedUsers): NamedUsers {
  if (named.kind === 'pattern') return named;
  const { name, uid } = named;
  if (name === null || uid === null) return named;
  const isName = db.prepare('SELECT 1 FROM user WHERE name = ?').get(name) !== undefined;
  return isName ? { ...named, uid: null } : { ...named, name: null };
}

/** The budgets, each with the users that it names. */
export function resolveBudgets(db: Database.Database, budgets: Budgets): Budgets {
  return resolveHolders(budgets, (named) => resolveUsers(db, named));
}
