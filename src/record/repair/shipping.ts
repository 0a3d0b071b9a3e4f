import type Database from 'better-sqlite3';
import { Freezer } from '../ship/freeze.js';
import type { NewRecord } from '../ship/record.js';
import { readRecorderHost, readShippingState } from '../ship/shipping-state.js';
import type { Numbering } from './numbering.js';
import type { OldCredit } from './tables.js';

interface CopiedRecord extends OldCredit {
  credit_id: number;
}

/**
 * Sees to it that each copied record is sent once: what had its point, or was passed over, before is not
 * sent as a new one; what had not gets its point now, or later in its turn. Where the damaged journal
 * can't say how far it had come nothing of it is sent: rather not at all than twice.
 */
export class CopiedShipping {
  readonly #passedCreditId: number | undefined;
  readonly #ahead: ReadonlySet<number>;
  readonly #freezer: Freezer;
  readonly #noteAhead: Database.Statement<[number]>;
  readonly #pidOf: Database.Statement<[number], number>;
  #unsent: NewRecord[] = [];
  /** Records that would have been sent if it were known that they were not. */
  notSent = 0;

  constructor(
    from: Database.Database,
    private readonly to: Database.Database,
    private readonly numbering: Numbering,
    hostname: string,
  ) {
    this.#passedCreditId = readOrNone(() => readShippingState(from).passedCreditId);
    this.#ahead = new Set(
      readOrNone(() =>
        from.prepare<[], number>('SELECT credit_id FROM point_ahead').pluck().all(),
      ) ?? [],
    );
    this.#freezer = new Freezer(to, readRecorderHost(to) ?? hostname);
    this.#noteAhead = to.prepare(
      'INSERT INTO point_ahead (credit_id) VALUES (?) ON CONFLICT DO NOTHING',
    );
    this.#pidOf = to
      .prepare<[number], number>('SELECT pid FROM process WHERE process_id = ?')
      .pluck();
  }

  /** To be called for each record that was copied, within its transaction. */
  settle(oldId: number, record: CopiedRecord): void {
    const passed = this.#passedCreditId;
    const isSettled = passed === undefined || oldId <= passed || this.#ahead.has(oldId);
    if (passed === undefined) this.notSent += 1;
    if (this.numbering.kind === 'kept' && !isSettled) this.#unsent.push(this.#newRecord(record));
    if (this.numbering.kind === 'appended' && isSettled) this.#noteAhead.run(record.credit_id);
  }

  /** To be called at the end of each transaction. */
  flush(): void {
    if (this.#unsent.length === 0) return;
    const { passedCreditId } = readShippingState(this.to);
    this.#freezer.freeze({ records: this.#unsent, afterId: passedCreditId, passedCreditId });
    this.#unsent = [];
  }

  #newRecord(record: CopiedRecord): NewRecord {
    return {
      creditId: record.credit_id,
      pid: this.#pidOf.get(record.process_id) ?? 0,
      commandId: record.command_id,
      fromMs: record.from_ms,
      toMs: record.to_ms,
      cpuMs: record.cpu_ms,
      ended: record.ended === 1 ? 1 : 0,
      unseen: record.unseen === 1 ? 1 : 0,
      uid: record.uid,
      programId: record.program_id,
    };
  }
}

function readOrNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
