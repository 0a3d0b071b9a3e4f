import type Database from 'better-sqlite3';
import {
  closeJournal,
  ensureFolder,
  isBusy,
  openJournal,
  openedFile,
} from '../../shared/journal/open.js';
import { assertSameFile } from '../../shared/journal/same-file.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { asJournalError, isPassing } from '../../shared/journal/errors.js';
import { type JournalLock, lockJournal } from '../../shared/journal/lock.js';
import type { TickChanges } from '../lifecycle/book.js';
import { emptyState, type TrackerState } from '../lifecycle/state.js';
import { endBoot } from '../lifecycle/tracker.js';
import type { Until } from '../prune/keep.js';
import { prune, type Pruned } from '../prune/prune.js';
import type { ClockStep } from '../wall-clock.js';
import {
  completeSettling,
  earlierBootsWithProcesses,
  loadNextIds,
  loadState,
} from './load-state.js';
import {
  bootIdOf,
  endCrashedRuns,
  type Gap,
  type Heartbeat,
  runningPid,
  type RunStart,
  RunWriter,
} from './runs.js';
import { ChangesWriter } from './write-changes.js';

/** What one tick writes; in one transaction. */
export interface TickWrite {
  changes: TickChanges;
  heartbeat: Heartbeat;
  gap?: Gap | undefined;
  step?: ClockStep | undefined;
}

/**
 * How long a tick waits for another writer. Not longer: what can't be written now is said by the next
 * tick, and while it waits the recorder neither samples nor hears a signal.
 */
const WRITE_WAIT_MS = 250;

/** What can't be written is kept in memory up to so many rows, some hundred bytes each: an hour of a busy host. */
const MAX_UNWRITTEN_ROWS = 200_000;

/** A heartbeat alone is written no more often than this. */
const HEARTBEAT_MS = 10_000;

/** The journal as the recorder uses it: locked, taken over from whoever wrote it before, one write a tick. */
export class RecorderJournal {
  readonly #changes: ChangesWriter;
  readonly #bootId: number;
  #run: RunWriter | undefined;
  #lastHeartbeatMs = -Infinity;
  readonly #unwritten: TickWrite[] = [];
  /** Of ticks that changed nothing else. */
  readonly #ownCpu: TickChanges['recorder'] = [];

  private constructor(
    readonly path: string,
    private readonly db: Database.Database,
    private readonly lock: JournalLock,
    kernelBootId: string,
  ) {
    this.#bootId = bootIdOf(db, kernelBootId);
    this.#changes = new ChangesWriter(db, this.#bootId);
  }

  /** @throws JournalError, LOCKED among others */
  static open(path: string, kernelBootId: string, nowMs: number): RecorderJournal {
    ensureFolder(path);
    const lock = lockJournal(path, () => pidOfHolder(path));
    try {
      return new RecorderJournal(path, openJournal(path, nowMs), lock, kernelBootId);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Closes what earlier runs left open, and begins a run.
   *
   * @returns what the tracker goes on from
   */
  beginRun(start: RunStart): TrackerState {
    const state = this.#transaction(() => {
      endCrashedRuns(this.db, this.#bootId);
      completeSettling(this.db);
      for (const bootId of earlierBootsWithProcesses(this.db, this.#bootId)) {
        const left = loadState(this.db, bootId);
        if (left !== undefined) new ChangesWriter(this.db, bootId).write(endBoot(left));
      }
      const state =
        loadState(this.db, this.#bootId, start) ?? emptyState(start.anchorMs, loadNextIds(this.db));
      this.#run = new RunWriter(this.db, this.#bootId, { ...start, anchorMs: state.anchorMs });
      return state;
    });
    this.db.pragma(`busy_timeout = ${WRITE_WAIT_MS}`);
    return state;
  }

  /**
   * Writes what a tick changed; when nothing did, a heartbeat now and then. What can't be written now
   * is kept and goes with the next tick, up to a bound.
   *
   * @returns why it is kept; undefined when it is written
   * @throws JournalError when it can neither be written nor kept, and JOURNAL_GONE when the file at its
   * path is not the one that is written
   */
  writeTick(tick: TickWrite): Error | undefined {
    const { changes, heartbeat, gap, step } = tick;
    const isQuiet = rowsOf(changes) === 0 && gap === undefined && step === undefined;
    const isBeating = heartbeat.lastTickBootMs - this.#lastHeartbeatMs < HEARTBEAT_MS;
    if (isQuiet && isBeating && this.#unwritten.length === 0) {
      this.#ownCpu.push(...changes.recorder);
      return undefined;
    }
    if (!isBeating) assertSameFile(this.path, openedFile(this.db));
    const recorder = [...this.#ownCpu, ...changes.recorder];
    const whole = { ...tick, changes: { ...changes, recorder } };
    try {
      this.#transaction(() => {
        for (const each of [...this.#unwritten, whole]) this.#write(each);
      });
    } catch (error) {
      if (!isPassing(error) || this.#unwrittenRows() + rowsOf(changes) > MAX_UNWRITTEN_ROWS) {
        throw error;
      }
      this.#unwritten.push(whole);
      this.#ownCpu.length = 0;
      return error;
    }
    this.#unwritten.length = 0;
    this.#ownCpu.length = 0;
    this.#lastHeartbeatMs = heartbeat.lastTickBootMs;
    return undefined;
  }

  /** The last write of a run. */
  endRun(
    changes: TickChanges,
    heartbeat: Heartbeat | undefined,
    endedMs: number,
    reason: 'stopped' | 'failed',
  ): void {
    this.#transaction(() => {
      for (const each of this.#unwritten) this.#write(each);
      this.#changes.write({ ...changes, recorder: this.#ownCpu });
      if (heartbeat !== undefined) this.#run?.heartbeat(heartbeat);
      this.#run?.end(endedMs, reason);
    });
  }

  /** Takes what is old out of the journal; each step belongs into a transaction of its own. */
  prune(until: Until): Generator<Pruned, void> {
    return prune(this.db, until);
  }

  /** Does some work in one transaction; nothing, and undefined, where another process writes just now. */
  tryTransaction<T>(work: () => T): T | undefined {
    this.db.pragma('busy_timeout = 0');
    try {
      return this.db.transaction(work).immediate();
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw asJournalError('cannot write to', this.path, error);
    } finally {
      this.db.pragma(`busy_timeout = ${WRITE_WAIT_MS}`);
    }
  }

  /** CPU time charged since the given quarter-hour, in ms. */
  chargedSinceMs(quarterMs: number): number {
    return (
      this.db
        .prepare<[number], number>(
          'SELECT coalesce(sum(cpu_ms), 0) FROM usage WHERE quarter_ms >= ?',
        )
        .pluck()
        .get(quarterMs) ?? 0
    );
  }

  close(): void {
    try {
      closeJournal(this.db);
    } finally {
      this.lock.release();
    }
  }

  #write({ changes, heartbeat, gap, step }: TickWrite): void {
    if (gap !== undefined) this.#run?.gap(gap);
    if (step !== undefined) this.#run?.clockStep(step);
    this.#changes.write(changes);
    this.#run?.heartbeat(heartbeat);
  }

  #unwrittenRows(): number {
    return this.#unwritten.reduce((sum, { changes }) => sum + rowsOf(changes), 0);
  }

  #transaction<T>(work: () => T): T {
    try {
      return this.db.transaction(work).immediate();
    } catch (error) {
      this.#changes.forget();
      throw asJournalError('cannot write to', this.path, error);
    }
  }
}

function rowsOf(changes: TickChanges): number {
  const { lifecycles, ends, corrected, forgotten, credits, usage } = changes;
  const rows = [lifecycles, ends, corrected, forgotten, credits, usage];
  return rows.reduce((sum, each) => sum + each.length, 0);
}

function pidOfHolder(path: string): number | undefined {
  try {
    const db = openJournalReadOnly(path);
    try {
      return runningPid(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
