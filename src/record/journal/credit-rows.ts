import type Database from 'better-sqlite3';
import type { CreditRecord, CreditState } from '../tracker/lifecycle.js';
import type { Accounts } from './interned.js';

const STATE_NUMBER: Record<CreditState, number> = { open: 0, settling: 1, complete: 2 };

/** Writes the table `credit`. An open record grows at most ticks, and nothing else of it changes. */
export class CreditRows {
  /** Records that are not complete, as last written in this run; others are written whole. */
  readonly #written = new Map<number, CreditRecord>();
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly accounts: Accounts,
  ) {
    this.#statements = prepare(db);
  }

  write(credit: CreditRecord): void {
    const { creditId, toMs, cpuMs, state } = credit;
    const written = this.#written.get(creditId);
    if (written === undefined || !isSameButGrown(written, credit)) this.#upsert(credit);
    else this.#statements.grow.run(toMs, cpuMs, creditId);
    if (state === 'complete') this.#written.delete(creditId);
    else this.#written.set(creditId, credit);
  }

  /** To be called when the transaction was undone. */
  forget(): void {
    this.#written.clear();
  }

  #upsert(credit: CreditRecord): void {
    this.#statements.upsert.run({
      ...this.accounts.idsOf(credit.account),
      creditId: credit.creditId,
      processId: credit.processId,
      fromMs: credit.fromMs,
      toMs: credit.toMs,
      cpuMs: credit.cpuMs,
      state: STATE_NUMBER[credit.state],
      changed: Number(credit.changed),
      estimated: Number(credit.estimated),
      ended: Number(credit.ended),
      unseen: Number(credit.unseen),
    });
  }
}

function isSameButGrown(before: CreditRecord, after: CreditRecord): boolean {
  return (
    before.account === after.account &&
    before.state === after.state &&
    before.estimated === after.estimated &&
    before.ended === after.ended
  );
}

function prepare(db: Database.Database) {
  return {
    upsert: db.prepare<Record<string, number>>(`
      INSERT INTO credit
        (credit_id, process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, state, changed,
         estimated, ended, unseen)
      VALUES (:creditId, :processId, :userId, :programId, :commandId, :fromMs, :toMs, :cpuMs, :state, :changed,
         :estimated, :ended, :unseen)
      ON CONFLICT DO UPDATE SET
        user_id = :userId, program_id = :programId, command_id = :commandId, to_ms = :toMs, cpu_ms = :cpuMs,
        state = :state, estimated = :estimated, ended = :ended`),
    grow: db.prepare<[number, number, number]>(
      'UPDATE credit SET to_ms = ?, cpu_ms = ? WHERE credit_id = ?',
    ),
  };
}
