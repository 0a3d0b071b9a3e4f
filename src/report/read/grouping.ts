import type { Grouping } from '../report.js';

/**
 * By which column of `usage` and `credit` rows are told apart, and where their names stand: the
 * only texts that ever become part of a statement.
 */
interface KeyColumns {
  id: 'uid' | 'program_id' | 'command_id';
  names: 'SELECT uid AS id, name FROM user' | 'SELECT name_id AS id, name FROM name';
}

export const KEY_COLUMNS: Record<Grouping, KeyColumns> = {
  user: { id: 'uid', names: 'SELECT uid AS id, name FROM user' },
  program: { id: 'program_id', names: 'SELECT name_id AS id, name FROM name' },
  command: { id: 'command_id', names: 'SELECT name_id AS id, name FROM name' },
};
