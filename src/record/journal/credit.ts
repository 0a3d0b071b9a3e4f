import type Database from 'better-sqlite3';
import { startOfQuarter } from '../../shared/units.js';
import type { CreditRecord, CreditState, Slice } from '../tracker/lifecycle.js';
import type { NameTables } from './names.js';

const STATE_NUMBER: Record<CreditState, number> = { open: 0, settling: 1, complete: 2 };

/** Open slices by process id: of its own CPU time, and of what no sample showed of its children. */
export interface OpenSlices {
  own: ReadonlyMap<number, Slice>;
  unseen: ReadonlyMap<number, Slice>;
}

interface OpenRow {
  process_id: number;
  credit_id: number;
  from_ms: number;
  to_ms: number;
  cpu_ms: number;
  changed: number;
  estimated: number;
  unseen: number;
}

/** The table `credit`. At most ticks an open record only grows. */
export class CreditTable {
  /** Records that are not complete, as last written in this run; those that are not here are written whole. */
  readonly #written = new Map<number, CreditRecord>();
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly names: NameTables,
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

  /** Completes what was settling when the last run ended: no reaper will tell more. */
  completeSettling(): void {
    this.#statements.completeSettling.run();
  }

  loadOpen(): OpenSlices {
    const rows = this.#statements.loadOpen.all();
    const slices = (unseen: number) =>
      new Map(
        rows.filter((row) => row.unseen === unseen).map((row) => [row.process_id, toSlice(row)]),
      );
    return { own: slices(0), unseen: slices(1) };
  }

  /** To be called when the transaction was undone. */
  forget(): void {
    this.#written.clear();
  }

  #upsert(credit: CreditRecord): void {
    this.#statements.upsert.run({
      ...this.names.writeAccount(credit.account),
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

function toSlice(row: OpenRow): Slice {
  return {
    creditId: row.credit_id,
    quarterMs: startOfQuarter(row.from_ms),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    cpuMs: row.cpu_ms,
    changed: row.changed === 1,
    estimated: row.estimated === 1,
  };
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
    completeSettling: db.prepare('UPDATE credit SET state = 2 WHERE state = 1'),
    loadOpen: db.prepare<[], OpenRow>('SELECT * FROM credit WHERE state = 0'),
  };
}
