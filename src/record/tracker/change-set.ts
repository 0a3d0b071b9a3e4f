import type { Account, CreditRecord, Lifecycle, LifecycleEnd } from './lifecycle.js';
import { type Pending, PendingSet } from './pending.js';
import type { Renamed } from './user-names.js';

/**
 * So many commands of one user are told apart in a quarter-hour; more are counted under `(other)`. A
 * user may name each process differently, and each name would be a row of the sums.
 */
const MAX_COMMANDS_PER_USER = 200;

export const OTHER_COMMANDS = '(other)';

/** The commands that each user has run in a quarter-hour. A value. */
export class KnownCommands {
  constructor(
    readonly quarterMs: number,
    private readonly byUid: ReadonlyMap<number, ReadonlySet<string>> = new Map(),
  ) {}

  /** The command itself, or `(other)` where the user has had too many. */
  bounded(uid: number, command: string): string {
    const known = this.byUid.get(uid);
    if (known === undefined || known.has(command) || known.size < MAX_COMMANDS_PER_USER)
      return command;
    return OTHER_COMMANDS;
  }

  with(uid: number, command: string): KnownCommands {
    const known = this.byUid.get(uid);
    if (command === OTHER_COMMANDS || known?.has(command) === true) return this;
    const byUid = new Map(this.byUid).set(uid, new Set(known).add(command));
    return new KnownCommands(this.quarterMs, byUid);
  }
}

/** What is added to the sums of one quarter-hour and account; may be negative when an account is corrected. */
export interface UsageChange {
  quarterMs: number;
  account: Account;
  cpuMs: number;
  unseenCpuMs: number;
  started: number;
  takenOver: number;
  /** By how much the CPU time may be off, either way. */
  uncertainMs: number;
}

/** Everything that one tick changes, for one transaction. */
export interface TickChanges {
  /** New or changed; rows to be written whole. */
  lifecycles: Lifecycle[];
  /** Ended; also in `lifecycles` as long as they are remembered. */
  ends: { lifecycle: Lifecycle; end: LifecycleEnd }[];
  /** Gone before; more is known of their CPU time now. */
  corrected: Lifecycle[];
  /** No longer remembered: ended, and of no further use. */
  forgotten: Lifecycle[];
  credits: CreditRecord[];
  usage: UsageChange[];
  renamed: Renamed[];
  /** CPU time of the recorder itself and the ps that it runs; not on any user's account. */
  recorder: { quarterMs: number; cpuMs: number }[];
}

/** The next free numbers in the journal. */
export interface NextIds {
  process: number;
  credit: number;
}

/** What a change set takes from the tick before and leaves to the next one. */
export interface Carried {
  pending: readonly Pending[];
  /** Of the quarter-hour of the last tick. */
  knownCommands: KnownCommands;
  next: NextIds;
}

/** Collects what a tick changes, holds what is pending, and assigns numbers. Lives for one call of the tracker. */
export class ChangeSet {
  readonly pending: PendingSet;
  readonly #lifecycles = new Map<number, Lifecycle>();
  readonly #ends = new Map<number, { lifecycle: Lifecycle; end: LifecycleEnd }>();
  readonly #corrected: Lifecycle[] = [];
  readonly #forgotten: Lifecycle[] = [];
  readonly #credits = new Map<number, CreditRecord>();
  readonly #usage = new Map<string, UsageChange>();
  readonly #recorder: { quarterMs: number; cpuMs: number }[] = [];
  #renamed: Renamed[] = [];
  #next: NextIds;
  #knownCommands: KnownCommands;

  /** @param quarterMs of this tick; undefined where no new command can come up */
  constructor({ pending, knownCommands, next }: Carried, quarterMs = knownCommands.quarterMs) {
    this.pending = new PendingSet(pending);
    const isNewQuarter = quarterMs !== knownCommands.quarterMs;
    this.#knownCommands = isNewQuarter ? new KnownCommands(quarterMs) : knownCommands;
    this.#next = next;
  }

  /** The name under which a command of this user is recorded. */
  nameCommand(uid: number, wanted: string): string {
    const command = this.#knownCommands.bounded(uid, wanted);
    this.#knownCommands = this.#knownCommands.with(uid, command);
    return command;
  }

  newProcessId(): number {
    const { process } = this.#next;
    this.#next = { ...this.#next, process: process + 1 };
    return process;
  }

  newCreditId(): number {
    const { credit } = this.#next;
    this.#next = { ...this.#next, credit: credit + 1 };
    return credit;
  }

  write(lifecycle: Lifecycle): void {
    this.#lifecycles.set(lifecycle.processId, lifecycle);
  }

  end(lifecycle: Lifecycle, end: LifecycleEnd): void {
    this.#ends.set(lifecycle.processId, { lifecycle, end });
    this.write(lifecycle);
  }

  correct(lifecycle: Lifecycle): void {
    this.#corrected.push(lifecycle);
  }

  forget(lifecycle: Lifecycle): void {
    this.#forgotten.push(lifecycle);
  }

  /** Of several versions of a record in one tick the last one is written. */
  writeCredit(credit: CreditRecord): void {
    this.#credits.set(credit.creditId, credit);
  }

  addUsage(
    quarterMs: number,
    account: Account,
    add: Partial<Omit<UsageChange, 'quarterMs' | 'account'>>,
  ): void {
    const key = toUsageKey(quarterMs, account);
    const sum = this.#usage.get(key) ?? {
      quarterMs,
      account,
      cpuMs: 0,
      unseenCpuMs: 0,
      started: 0,
      takenOver: 0,
      uncertainMs: 0,
    };
    sum.cpuMs += add.cpuMs ?? 0;
    sum.unseenCpuMs += add.unseenCpuMs ?? 0;
    sum.started += add.started ?? 0;
    sum.takenOver += add.takenOver ?? 0;
    sum.uncertainMs += add.uncertainMs ?? 0;
    this.#usage.set(key, sum);
  }

  rename(renamed: Renamed[]): void {
    this.#renamed = renamed;
  }

  addRecorderUsage(quarterMs: number, cpuMs: number): void {
    if (cpuMs > 0) this.#recorder.push({ quarterMs, cpuMs });
  }

  close(): { changes: TickChanges; carried: Carried } {
    const changes = {
      lifecycles: [...this.#lifecycles.values()],
      ends: [...this.#ends.values()],
      corrected: this.#corrected,
      forgotten: this.#forgotten,
      recorder: this.#recorder,
      renamed: this.#renamed,
      credits: [...this.#credits.values()],
      usage: [...this.#usage.values()].filter(
        (each) =>
          each.cpuMs !== 0 || each.started !== 0 || each.takenOver !== 0 || each.uncertainMs !== 0,
      ),
    };
    const carried = {
      pending: this.pending.all,
      knownCommands: this.#knownCommands,
      next: this.#next,
    };
    return { changes, carried };
  }
}

/** The same for the same quarter-hour and account. */
export function toUsageKey(quarterMs: number, account: Account): string {
  const { uid, user, program, command } = account;
  return JSON.stringify([quarterMs, uid, user, program, command]);
}
