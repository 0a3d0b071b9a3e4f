import { BUSY_TIMEOUT_MS } from '../../shared/journal/sqlite.js';
import { isDamage, isPassing, type JournalError } from '../../shared/journal/errors.js';
import { resetTracker } from '../tracker/reset-tracker.js';
import type { TickChanges } from '../tracker/change-set.js';
import { emptyState, type TrackerState } from '../tracker/state.js';
import { endBoot } from '../tracker/tracker.js';
import type { Until } from '../prune/keep.js';
import { prune } from '../prune/prune.js';
import type { RecordTally } from '../prune/records.js';
import type { ClockStep, Gap } from '../clock.js';
import { findEarlierBoots } from './followed.js';
import { JournalFile, type JournalNotice } from './journal-file.js';
import { type OpenedJournal, WRITE_WAIT_MS } from './opened-journal.js';
import { endCrashedRuns, type Heartbeat, type RunStart } from './recorder-run.js';
import { StateTables } from './state-tables.js';

/** What one tick writes; in one transaction. */
export interface TickWrite {
  changes: TickChanges;
  heartbeat: Heartbeat;
  gap?: Gap | undefined;
  step?: ClockStep | undefined;
}

/** What can't be written is kept in memory, up to so many rows of some hundred bytes each: an hour of a busy host. */
const MAX_UNWRITTEN_ROWS = 200_000;

/**
 * While something is kept, each tick waits for the other writer again, by no more than this part of the interval:
 * samples stay on time, and what they tell is written with the first tick that meets no other writer.
 */
const PART_OF_INTERVAL = 1 / 4;

/** A heartbeat alone is written no more often than this, and the file is checked no more often. */
const HEARTBEAT_MS = 10_000;

/** The journal as the recorder uses it: taken over from an earlier run, with one write a tick. */
export class RecorderJournal {
  #start: RunStart | undefined;
  #lastHeartbeatMs = -Infinity;
  #lastLookMs = -Infinity;
  readonly #unwritten: TickWrite[] = [];
  /** Of ticks that changed nothing else. */
  readonly #ownCpu: TickChanges['recorder'] = [];

  private constructor(
    readonly path: string,
    private readonly journalFile: JournalFile,
  ) {}

  /**
   * Opens the journal, or a new one where it is damaged and can be set aside.
   *
   * @param tell gets what happens to the file, now and later
   * @throws JournalError, LOCKED among others
   */
  static open(
    path: string,
    kernelBootId: string,
    nowMs: number,
    tell: (notice: JournalNotice) => void = () => undefined,
  ): RecorderJournal {
    return new RecorderJournal(path, JournalFile.open(path, kernelBootId, nowMs, tell));
  }

  /**
   * Closes what earlier runs left open, and begins a run.
   *
   * @returns the state from which the tracker continues
   */
  beginRun(start: RunStart): TrackerState {
    this.#start = start;
    let state: TrackerState;
    try {
      state = this.#takeOver(start);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.journalFile.setAside(error, start.startedMs);
      state = this.#takeOver(start);
    }
    this.#file.waitAtMost(WRITE_WAIT_MS);
    return state;
  }

  /**
   * Sets a journal aside that turned out to be damaged, and continues in a new one.
   *
   * @param written what the tracker knew at the last tick that was written
   * @returns the state from which it continues
   * @throws JournalError when it can't be set aside, or was too often
   */
  replaceDamaged(written: TrackerState, damage: JournalError, nowMs: number): TrackerState {
    if (this.#start === undefined) throw damage;
    this.journalFile.setAside(damage, nowMs);
    this.#unwritten.length = 0;
    const { anchorMs, lastTickBootMs } = written;
    const startedMs = lastTickBootMs === undefined ? nowMs : anchorMs + lastTickBootMs;
    const start = { ...this.#start, anchorMs, startedMs };
    const { state, changes } = resetTracker(written);
    this.#file.transaction(() => {
      this.#file.beginRun(start);
      this.#file.tables.write(changes);
    });
    this.#file.waitAtMost(WRITE_WAIT_MS);
    return state;
  }

  /**
   * Writes what a tick changed; when nothing did, a heartbeat now and then. What can't be written now
   * is kept and goes with the next tick, up to a bound. A removed file is put back.
   *
   * @returns why it is kept; undefined when it is written
   * @throws JournalError when it can neither be written nor kept, and JOURNAL_REPLACED when there is
   * another file at its path
   */
  writeTick(tick: TickWrite): Error | undefined {
    const { changes, heartbeat, gap, step } = tick;
    const isQuiet = countRows(changes) === 0 && gap === undefined && step === undefined;
    const isBeating = heartbeat.lastTickBootMs - this.#lastHeartbeatMs < HEARTBEAT_MS;
    if (isQuiet && isBeating && this.#unwritten.length === 0) {
      this.#ownCpu.push(...changes.recorder);
      return undefined;
    }
    const recorder = [...this.#ownCpu, ...changes.recorder];
    const whole = { ...tick, changes: { ...changes, recorder } };
    try {
      this.#look(heartbeat);
      this.#file.transaction(() => {
        for (const each of [...this.#unwritten, whole]) this.#write(each);
      });
    } catch (error) {
      if (!isPassing(error) || this.#unwrittenRows() + countRows(changes) > MAX_UNWRITTEN_ROWS) {
        throw error;
      }
      this.#unwritten.push(whole);
      this.#ownCpu.length = 0;
      this.#file.waitAtMost(this.#waitWhileKeepingMs);
      return error;
    }
    this.#file.waitAtMost(WRITE_WAIT_MS);
    this.#unwritten.length = 0;
    this.#ownCpu.length = 0;
    this.#lastHeartbeatMs = heartbeat.lastTickBootMs;
    return undefined;
  }

  /** The last write of a run. It waits longer for other writers than a tick does: what it does not write is lost. */
  endRun(
    changes: TickChanges,
    heartbeat: Heartbeat | undefined,
    endedMs: number,
    reason: 'stopped' | 'failed',
  ): void {
    if (reason === 'stopped') this.journalFile.keep(endedMs);
    this.#file.waitAtMost(BUSY_TIMEOUT_MS);
    this.#file.transaction(() => {
      for (const each of this.#unwritten) this.#write(each);
      this.#file.tables.write({ ...changes, recorder: this.#ownCpu });
      if (heartbeat !== undefined) this.#file.run?.heartbeat(heartbeat);
      this.#file.run?.end(endedMs, reason);
    });
  }

  /** Tells one file from the next: another value since the journal was set aside or put back. */
  get fileInUse(): object {
    return this.#file;
  }

  /**
   * Takes what is old out of the journal; each step belongs into a transaction of its own, and none may be
   * taken when another file is in use.
   */
  prune(until: Until): Generator<RecordTally, void> {
    return prune(this.#file.db, until);
  }

  /** Does some work in one transaction; nothing, and undefined, where another process writes just now. */
  tryTransaction<T>(work: () => T): T | undefined {
    return this.#file.tryTransaction(work);
  }

  /** CPU time charged since the given quarter-hour, in ms; undefined while the journal is to be opened again. */
  chargedSinceMs(quarterMs: number): number | undefined {
    return this.#file.db.open ? this.#file.tables.chargedSinceMs(quarterMs) : undefined;
  }

  close(): void {
    this.journalFile.close();
  }

  get #file(): OpenedJournal {
    return this.journalFile.file;
  }

  #takeOver(start: RunStart): TrackerState {
    const { db, bootId, tables } = this.#file;
    return this.#file.transaction(() => {
      endCrashedRuns(db, bootId);
      tables.completeSettling();
      for (const earlierId of findEarlierBoots(db, bootId)) {
        const earlier = new StateTables(db, earlierId);
        const left = earlier.load();
        if (left !== undefined) earlier.write(endBoot(left));
      }
      const state = {
        ...(tables.load(start) ?? emptyState(start.anchorMs, tables.loadNextIds())),
        userNames: tables.loadUserNames(),
      };
      this.#file.beginRun({ ...start, anchorMs: state.anchorMs });
      return state;
    });
  }

  #look({ lastTickBootMs, lastTickMs }: Heartbeat): void {
    const isDue = lastTickBootMs - this.#lastLookMs >= HEARTBEAT_MS;
    if (!isDue && this.#file.db.open) return;
    this.#lastLookMs = lastTickBootMs;
    this.journalFile.keep(lastTickMs);
  }

  #write({ changes, heartbeat, gap, step }: TickWrite): void {
    const { run } = this.#file;
    if (gap !== undefined) run?.gap(gap);
    if (step !== undefined) run?.clockStep(step);
    this.#file.tables.write(changes);
    run?.heartbeat(heartbeat, gap?.durationMs);
  }

  get #waitWhileKeepingMs(): number {
    const { intervalMs = 0 } = this.#start ?? {};
    return Math.min(Math.round(intervalMs * PART_OF_INTERVAL), WRITE_WAIT_MS);
  }

  #unwrittenRows(): number {
    return this.#unwritten.reduce((sum, { changes }) => sum + countRows(changes), 0);
  }
}

function countRows(changes: TickChanges): number {
  const { lifecycles, ends, corrected, forgotten, credits, usage, renamed } = changes;
  const rows = [lifecycles, ends, corrected, forgotten, credits, usage, renamed];
  return rows.reduce((sum, each) => sum + each.length, 0);
}
