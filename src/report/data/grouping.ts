/** What a row of the report stands for. */
export type Grouping = 'user' | 'program' | 'command' | 'host';

/** A uid under each of its names. */
const USERS = 'SELECT user_id AS id, uid, name FROM user';
/** Programs and commands. */
const NAMES = 'SELECT name_id AS id, NULL AS uid, name FROM name';

/**
 * By which column of `usage` and `credit` rows are told apart, and where their names stand: the
 * only texts that ever become part of a statement.
 */
interface KeyColumns {
  id: 'user_id' | 'program_id' | 'command_id';
  names: typeof USERS | typeof NAMES;
}

/** What the journal keeps sums by; it is of one host. */
export type JournalGrouping = Exclude<Grouping, 'host'>;

/** The id of the host's row. */
export const HOST_ID = 0;

/** The journal's numbers of the users whose records are read; null for those of everybody. */
export type UserIds = readonly number[] | null;

/** The parameter of a statement with `OF_USERS`. */
export function toUsersParameter(ids: UserIds): { users: string | null } {
  return { users: ids && JSON.stringify(ids) };
}

/** The condition that rows are of these users. */
export const OF_USERS = '(@users IS NULL OR user_id IN (SELECT value FROM json_each(@users)))';

/** The sums that a grouping needs: those of a host are added up from any. */
export function toJournalGrouping(by: Grouping): JournalGrouping {
  return by === 'host' ? 'user' : by;
}

export const KEY_COLUMNS: Record<JournalGrouping, KeyColumns> = {
  user: { id: 'user_id', names: USERS },
  program: { id: 'program_id', names: NAMES },
  command: { id: 'command_id', names: NAMES },
};
