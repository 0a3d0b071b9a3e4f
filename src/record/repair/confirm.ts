import type Database from 'better-sqlite3';
import { QUARTER_HOUR_MS, quarterOf } from '../../shared/units.js';
import { CREDITS, type OldCredit, PROCESS_SUM, usageOf } from './tables.js';
import { mostRowsOf, readableRows } from './read-rows.js';

/**
 * SQLite keeps no checksums: a damaged page may still read as rows that never were. So a record counts
 * only where something else in the journal says the same: the index of records by process, and either the
 * sum of its quarter-hour and account or the CPU time of its process.
 */
export class Confirmation {
  readonly #sums = new Map<string, number>();
  readonly #inIndex: Database.Statement<[number, number, number]>;
  readonly #processSum: Database.Statement<[number], { own_ms: number; records_ms: number }>;
  /** Of the process that was asked for last: its records come one after the other, mostly. */
  #lastProcess: { id: number; isSound: boolean } | undefined;

  constructor(private readonly db: Database.Database) {
    this.#inIndex = db.prepare(
      `SELECT 1 FROM credit INDEXED BY credit_by_process
       WHERE process_id = ? AND from_ms = ? AND credit_id = ?`,
    );
    this.#processSum = db.prepare(PROCESS_SUM);
    for (const rows of readableRows<OldCredit>(db, CREDITS, { unreadable: 0, givenUp: false })) {
      for (const row of rows) this.#add(keyOf(row), row.cpu_ms);
    }
    for (const row of readableUsage(db)) this.#add(usageKey(row), -row.cpu_ms);
  }

  /** Whether a row of sums says the same as its records, or has none and holds nothing. */
  confirmsSum(row: OldUsage): boolean {
    const key = usageKey(row);
    return this.#sums.get(key) === 0;
  }

  confirms(record: OldCredit): boolean {
    if (!isOneSlice(record) || !this.#isInIndex(record)) return false;
    if (this.#sums.get(keyOf(record)) === 0) return true;
    return record.unseen === 0 && this.#isSoundProcess(record.process_id);
  }

  #add(key: string, cpuMs: number): void {
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + cpuMs);
  }

  #isInIndex({ process_id, from_ms, credit_id }: OldCredit): boolean {
    try {
      return this.#inIndex.get(process_id, from_ms, credit_id) !== undefined;
    } catch {
      return false;
    }
  }

  #isSoundProcess(id: number): boolean {
    if (this.#lastProcess?.id === id) return this.#lastProcess.isSound;
    let isSound = false;
    try {
      const sum = this.#processSum.get(id);
      isSound = sum !== undefined && sum.own_ms === sum.records_ms;
    } catch {
      // A page of it is unreadable.
    }
    this.#lastProcess = { id, isSound };
    return isSound;
  }
}

export interface OldUsage {
  quarter_ms: number;
  user_id: number;
  program_id: number;
  command_id: number;
  cpu_ms: number;
  unseen_cpu_ms: number;
  started: number;
  taken_over: number;
  uncertain_ms: number;
}

/** The sums that can be read, as far as from both ends to the first page that can't. */
export function readableUsage(db: Database.Database): OldUsage[] {
  const byKey = new Map<string, OldUsage>();
  for (const direction of ['ASC', 'DESC']) {
    try {
      const ask = db.prepare<[number], OldUsage>(`${usageOf(db)} ${direction} LIMIT ?`);
      for (const row of ask.iterate(mostRowsOf(db))) {
        byKey.set(usageKey(row), row);
      }
    } catch {
      // The other direction has what lies beyond.
    }
  }
  return [...byKey.values()];
}

function usageKey({
  quarter_ms,
  user_id,
  program_id,
  command_id,
}: Pick<OldUsage, 'quarter_ms' | 'user_id' | 'program_id' | 'command_id'>): string {
  return `${quarter_ms} ${user_id} ${program_id} ${command_id}`;
}

function keyOf({ to_ms, user_id, program_id, command_id }: OldCredit): string {
  return usageKey({ quarter_ms: quarterOf(to_ms - 1), user_id, program_id, command_id });
}

function isOneSlice({ from_ms, to_ms, cpu_ms }: OldCredit): boolean {
  return (
    Number.isSafeInteger(from_ms) &&
    from_ms < to_ms &&
    to_ms <= quarterOf(from_ms) + QUARTER_HOUR_MS &&
    cpu_ms >= 0
  );
}
