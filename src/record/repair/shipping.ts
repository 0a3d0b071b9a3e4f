import type Database from 'better-sqlite3';
import { Freezer } from '../ship/freeze.js';
import type { NewRecord } from '../ship/record.js';
import { Renumbering } from '../ship/renumbering.js';
import { readRecorderHost, readShippingState } from '../ship/shipping-state.js';
import { type CopiedPoints, forgetReserved } from './copy-points.js';
import { type Numbering, reservedCreditId } from './numbering.js';
import type { OldCredit } from './tables.js';

/** How far the damaged journal had come. */
interface Progress {
  passedCreditId: number;
  ahead: ReadonlySet<number>;
}

interface CopiedFrom {
  numbering: Numbering;
  points: CopiedPoints;
  /** The tag of this machine where no recorder has named it. */
  hostname: string;
}

/**
 * Sees to it that each copied record is sent once: what had its point, or was passed over, before is not
 * sent as a new one; what had not gets its point now, or later in its turn. Where the damaged journal
 * can't say how far it had come nothing of it is sent: rather not at all than twice.
 */
export class CopiedShipping {
  readonly #progress: Progress | undefined;
  /** Ship looks for records beyond this one by itself. */
  readonly #passedCreditId: number;
  readonly #freezer: Freezer;
  readonly #renumbering: Renumbering;
  readonly #findPoint: Database.Statement<[number], number>;
  readonly #noteAhead: Database.Statement<[number]>;
  readonly #pidOf: Database.Statement<[number], number>;
  #unsent: NewRecord[] = [];
  /** Records that would have been sent if it were known that they were not. */
  notSent = 0;

  /** To be made while nothing is shipped, and nothing is until all is copied. */
  constructor(
    from: Database.Database,
    private readonly to: Database.Database,
    private readonly copied: CopiedFrom,
  ) {
    this.#progress = readProgress(from);
    if (!isEverShipped(to) && readOrNone(() => isEverShipped(from)) === false) takeUpAll(to);
    this.#passedCreditId = readShippingState(to).passedCreditId;
    this.#freezer = new Freezer(to, readRecorderHost(to) ?? copied.hostname);
    this.#renumbering = new Renumbering(to);
    this.#findPoint = to
      .prepare<[number], number>('SELECT point_id FROM point WHERE credit_id = ?')
      .pluck();
    this.#noteAhead = to.prepare(
      'INSERT INTO point_ahead (credit_id) VALUES (?) ON CONFLICT DO NOTHING',
    );
    this.#pidOf = to
      .prepare<[number], number>('SELECT pid FROM process WHERE process_id = ?')
      .pluck();
  }

  /** To be called for each record that was copied, within its transaction. */
  settle(oldId: number, record: OldCredit): void {
    const isSettled = this.#handOverPoint(oldId, record.credit_id) || this.#wasPassed(oldId);
    const isPassed = record.credit_id <= this.#passedCreditId;
    if (isSettled && !isPassed) this.#noteAhead.run(record.credit_id);
    if (!isSettled && isPassed) this.#unsent.push(this.#newRecord(record));
  }

  /** To be called at the end of each transaction. */
  flush(): void {
    if (this.#unsent.length === 0) return;
    const passedCreditId = this.#passedCreditId;
    this.#freezer.freeze({ records: this.#unsent, afterId: passedCreditId, passedCreditId });
    this.#unsent = [];
  }

  /** To be called when all records are copied. */
  end(from: Database.Database): void {
    if (this.copied.numbering.kind === 'appended') forgetReserved(this.to);
    const destination = readOrNone(() => readShippingState(from).destination);
    if (typeof destination !== 'string') return;
    this.to
      .prepare<[string]>('UPDATE shipping SET destination = ? WHERE destination IS NULL')
      .run(destination);
  }

  /** Gives a record the point that was copied before it; false where there is none. */
  #handOverPoint(oldId: number, creditId: number): boolean {
    const { numbering, points } = this.copied;
    const pointId = this.#findPoint.get(reservedCreditId(numbering, oldId));
    if (pointId === undefined) return false;
    if (numbering.kind === 'appended') this.#renumbering.toRecord(pointId, creditId);
    if (points.waiting.has(oldId)) this.#renumbering.toEnd(pointId);
    return true;
  }

  #wasPassed(oldId: number): boolean {
    if (this.copied.points.overtaken.has(oldId)) return false;
    if (this.#progress === undefined) {
      this.notSent += 1;
      return true;
    }
    return oldId <= this.#progress.passedCreditId || this.#progress.ahead.has(oldId);
  }

  #newRecord(record: OldCredit): NewRecord {
    return {
      creditId: record.credit_id,
      pid: this.#pidOf.get(record.process_id) ?? 0,
      commandId: record.command_id,
      fromMs: record.from_ms,
      toMs: record.to_ms,
      cpuMs: record.cpu_ms,
      ended: record.ended === 1 ? 1 : 0,
      unseen: record.unseen === 1 ? 1 : 0,
      userId: record.user_id,
      programId: record.program_id,
    };
  }
}

function readProgress(from: Database.Database): Progress | undefined {
  if (isOlderThanShipping(from)) return { passedCreditId: 0, ahead: new Set() };
  return readOrNone(() => ({
    passedCreditId: readShippingState(from).passedCreditId,
    ahead: new Set(from.prepare<[], number>('SELECT credit_id FROM point_ahead').pluck().all()),
  }));
}

/** Of a version that could not ship. */
function isOlderThanShipping(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'shipping'").get() === undefined;
}

function isEverShipped(db: Database.Database): boolean {
  if (isOlderThanShipping(db)) return false;
  const hasPoint = db.prepare('SELECT 1 FROM point LIMIT 1').get() !== undefined;
  return hasPoint || readShippingState(db).destination !== null;
}

/** Where nothing is shipped records get no points that would wait for ever; who begins to ship sends everything. */
function takeUpAll(to: Database.Database): void {
  to.prepare('UPDATE shipping SET passed_credit_id = 0').run();
}

function readOrNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
