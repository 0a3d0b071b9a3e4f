import { toMessage } from '../../shared/errors.js';
import { type JournalLock, tryLock } from '../../shared/journal/lock.js';
import { MS_PER_DAY } from '../../shared/units.js';
import type { RecorderJournal } from '../journal/recorder-journal.js';
import type { Log } from '../log.js';
import { KEEP_SUMS_MS, toUntil } from './keep.js';
import type { RecordTally } from './records.js';

/** A recorder that has just started has other things to do. */
const FIRST_AFTER_MS = 5 * 60_000;

/** A pruning that is under way. */
interface Running {
  pieces: Generator<RecordTally, void>;
  /** The file that they are of. */
  file: object;
  pruned: RecordTally | undefined;
  lock: JournalLock;
}

/**
 * Prunes the journal that is recorded, once a day and between ticks: a piece of some milliseconds after each, so that
 * no tick is late by it. What fails is tried again the next day; where the journal was put back as another file, that one
 * is pruned from its beginning.
 */
export class Retention {
  #dueMs: number;
  #running: Running | undefined;

  /**
   * @param keepMs how long records are kept
   * @param nowMs of a clock that nobody sets
   */
  constructor(
    private readonly journal: RecorderJournal,
    private readonly keepMs: number,
    private readonly log: Log,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#dueMs = nowMs() + FIRST_AFTER_MS;
  }

  /** Does the next piece, if there is one now. */
  continue(wallMs: number): void {
    try {
      if (this.nowMs() >= this.#dueMs || this.#isOfAnotherFile()) this.#begin(wallMs);
      if (this.#running !== undefined) this.#doPiece(this.#running);
    } catch (error) {
      this.log.warn({ why: toMessage(error) }, 'pruning the journal failed; trying again tomorrow');
      this.end();
    }
  }

  /** Lets go of what is not done. */
  end(): void {
    this.#running?.lock.release();
    this.#running = undefined;
  }

  #isOfAnotherFile(): boolean {
    return this.#running !== undefined && this.#running.file !== this.journal.fileInUse;
  }

  #begin(wallMs: number): void {
    this.#dueMs = this.nowMs() + MS_PER_DAY;
    this.end();
    const lock = tryLock(this.journal.path, 'prune');
    // Somebody prunes it just now, which will do for today.
    if (lock === undefined) return;
    const { keepMs } = this;
    const until = toUntil({ keepMs, keepSumsMs: Math.max(keepMs, KEEP_SUMS_MS) }, wallMs);
    const { fileInUse: file } = this.journal;
    this.#running = { pieces: this.journal.prune(until), file, pruned: undefined, lock };
  }

  #doPiece(running: Running): void {
    const piece = this.journal.tryTransaction(() => running.pieces.next());
    // Another writer is at it: after the next tick, then.
    if (piece === undefined) return;
    if (piece.done !== true) {
      running.pruned = piece.value;
      return;
    }
    const { pruned } = running;
    if (pruned !== undefined && pruned.delete > 0) {
      const { delete: records, unshipped: waits, refused } = pruned;
      this.log.info({ records, waits, refused }, 'pruned the journal');
    }
    this.end();
  }
}
