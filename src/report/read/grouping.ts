import type { Grouping } from '../report.js';

/**
 * By which column of `usage` and `credit` rows are told apart, and where their names stand: the
 * only texts that ever become part of a statement.
 */
interface KeyColumns {
  id: 'uid' | 'program_id' | 'command_id';
  names: 'SELECT uid AS id, name FROM user' | 'SELECT name_id AS id, name FROM name';
}

/** By what the journal tells sums apart; it is of one host. */
export type JournalGrouping = Exclude<Grouping, 'host'>;

/** The row of that host. */
export const HOST_ID = 0;

/** Whose sums are read: of the user with that uid alone, or of everybody where it is null. */
export interface Whose {
  uid: number | null;
}

/** By what sums are read that a grouping needs: those of a host are added up, whatever they are of. */
export function journalGrouping(by: Grouping): JournalGrouping {
  return by === 'host' ? 'user' : by;
}

export const KEY_COLUMNS: Record<JournalGrouping, KeyColumns> = {
  user: { id: 'uid', names: 'SELECT uid AS id, name FROM user' },
  program: { id: 'program_id', names: 'SELECT name_id AS id, name FROM name' },
  command: { id: 'command_id', names: 'SELECT name_id AS id, name FROM name' },
};
