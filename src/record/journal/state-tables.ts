import type Database from 'better-sqlite3';
import type { NextIds, TickChanges } from '../tracker/change-set.js';
import type { Lifecycle } from '../tracker/lifecycle.js';
import { emptyState, type TrackerState } from '../tracker/state.js';
import { CounterTables } from './counter.js';
import { CreditTable, type OpenSlices } from './credit.js';
import { FollowedTable, type LoadedFollowed } from './followed.js';
import { NameTables } from './names.js';
import { type LoadedProcess, ProcessTable } from './process.js';
import { loadLastRun, type RunSelection } from './recorder-run.js';
import { UsageTable } from './usage.js';

/**
 * The tables that hold the tracker's state: writes what a tick changed, and loads the state again after a restart.
 * Has no transaction of its own: the caller puts it into one with the heartbeat of its run.
 */
export class StateTables {
  readonly #names: NameTables;
  readonly #processes: ProcessTable;
  readonly #followed: FollowedTable;
  readonly #credits: CreditTable;
  readonly #usage: UsageTable;
  readonly #counters: CounterTables;

  constructor(
    private readonly db: Database.Database,
    private readonly bootId: number,
  ) {
    this.#names = new NameTables(db);
    this.#processes = new ProcessTable(db, bootId);
    this.#followed = new FollowedTable(db, this.#names);
    this.#credits = new CreditTable(db, this.#names);
    this.#usage = new UsageTable(db, this.#names);
    this.#counters = new CounterTables(db, this.#names);
  }

  write(changes: TickChanges): void {
    const forgotten = new Set(changes.forgotten.map(({ processId }) => processId));
    for (const lifecycle of changes.lifecycles) {
      this.#processes.write(lifecycle);
      if (!forgotten.has(lifecycle.processId)) this.#followed.write(lifecycle);
    }
    for (const { lifecycle, end } of changes.ends) this.#processes.end(lifecycle.processId, end);
    for (const lifecycle of changes.corrected) this.#processes.correct(lifecycle);
    for (const processId of forgotten) {
      this.#processes.leave(processId);
      this.#followed.delete(processId);
    }
    for (const credit of changes.credits) this.#credits.write(credit);
    for (const usage of changes.usage) this.#usage.add(usage);
    this.#counters.add(changes);
    for (const { uid, user } of changes.renamed) this.#names.writeLatest(uid, user);
    for (const { quarterMs, cpuMs } of changes.recorder) this.#usage.addRecorder(quarterMs, cpuMs);
  }

  /**
   * What the tracker knew at the last tick of this boot that was written; undefined when there was none.
   *
   * @param selection of the next run; undefined where none follows
   */
  load(selection?: RunSelection): TrackerState | undefined {
    const last = loadLastRun(this.db, this.bootId, selection);
    if (last === undefined) return undefined;
    const { anchorMs, lastTickBootMs, endedRecorder, sameSelection } = last;
    const lifecycles = this.#loadLifecycles(lastTickBootMs);
    return {
      ...emptyState(anchorMs, this.loadNextIds()),
      lifecycles: new Map(lifecycles.map((lifecycle) => [lifecycle.pid, lifecycle])),
      lastTickBootMs,
      endedRecorder,
      sameSelection,
    };
  }

  /** The next free numbers of processes and credit records. */
  loadNextIds(): NextIds {
    const last = (sql: string) => this.db.prepare<[], number | null>(sql).pluck().get() ?? 0;
    const lastCreditId = last('SELECT max(credit_id) FROM credit');
    // Records up to there count as shipped: the number of a deleted one must not be used again.
    const passedCreditId = last('SELECT passed_credit_id FROM shipping');
    return {
      process: last('SELECT max(process_id) FROM process') + 1,
      credit: Math.max(lastCreditId, passedCreditId) + 1,
    };
  }

  loadUserNames(): TrackerState['userNames'] {
    return this.#names.loadLatest();
  }

  /** Completes what was settling when the last run ended: no reaper will tell more. */
  completeSettling(): void {
    this.#credits.completeSettling();
  }

  /** CPU time charged since the given quarter-hour, in ms. */
  chargedSinceMs(quarterMs: number): number {
    return this.#usage.chargedSinceMs(quarterMs);
  }

  /** To be called when the transaction was undone: what it wrote is not there. */
  forget(): void {
    this.#names.forget();
    this.#processes.forget();
    this.#followed.forget();
    this.#credits.forget();
  }

  #loadLifecycles(lastTickBootMs: number): Lifecycle[] {
    const processes = this.#processes.loadFollowed();
    const open = this.#credits.loadOpen();
    return this.#followed.load(this.bootId).flatMap((followed) => {
      const process = processes.get(followed.processId);
      return process === undefined ? [] : [toLifecycle(process, followed, open, lastTickBootMs)];
    });
  }
}

/** A lifecycle as of the last tick; measures that are not in the journal start afresh. */
function toLifecycle(
  process: LoadedProcess,
  followed: LoadedFollowed,
  { own, unseen }: OpenSlices,
  lastTickBootMs: number,
): Lifecycle {
  const { processId, slice } = followed;
  const open = own.get(processId) ?? { creditId: null, toMs: slice.fromMs, cpuMs: 0 };
  const reaped = {
    ...followed.reaped,
    fromBootMs: lastTickBootMs,
    toBootMs: lastTickBootMs,
    estimated: false,
  };
  return {
    ...process,
    ...followed,
    isKernelThread: false,
    rate: 0,
    reaped,
    reapedBefore: reaped,
    unresolved: [],
    quietTicks: 0,
    sampledBootMs: lastTickBootMs,
    movedBootMs: lastTickBootMs,
    slice: { ...open, ...slice },
    unseenSlice: unseen.get(processId) ?? null,
  };
}
