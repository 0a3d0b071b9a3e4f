import type { Book } from './book.js';
import type { Lifecycle } from './lifecycle.js';

/** What comes to whoever waits for a process: its own and its reaped CPU time, also from before it was followed. */
export function broughtMs({ priorCpuMs, chargedMs, accountedMs }: Lifecycle): number {
  return priorCpuMs + chargedMs + accountedMs;
}

/** What is put on an account, or taken off it. */
interface Entry {
  cpuMs: number;
  /** The part of it that was charged beyond what was certain. */
  guessedMs?: number;
  /** A child has come or gone. */
  isRestless?: boolean;
}

/** What of the CPU time that each process has reaped is on record. Lives as long as one call of the tracker. */
export class ReapedAccounts {
  #pidOf: ReadonlyMap<number, number> | undefined;

  /** @param after the processes that are left, by pid; replaced by what they become */
  constructor(
    readonly after: Map<number, Lifecycle>,
    private readonly book: Book,
  ) {}

  has(processId: number): boolean {
    return this.#pids.has(processId);
  }

  get(processId: number): Lifecycle | undefined {
    const pid = this.#pids.get(processId);
    return pid === undefined ? undefined : this.after.get(pid);
  }

  /** Nothing where the process is not there any more. */
  add(processId: number, { cpuMs, guessedMs = 0, isRestless = false }: Entry): void {
    const lifecycle = this.get(processId);
    if (lifecycle === undefined) return;
    this.keep({
      ...lifecycle,
      accountedMs: Math.max(lifecycle.accountedMs + cpuMs, 0),
      guessedMs: Math.max(lifecycle.guessedMs + guessedMs, 0),
      quietTicks: isRestless ? 0 : lifecycle.quietTicks,
    });
  }

  keep(lifecycle: Lifecycle): void {
    this.after.set(lifecycle.pid, lifecycle);
    this.book.lifecycle(lifecycle);
  }

  /** Made when somebody asks: on most ticks nobody has gone, and nobody does. */
  get #pids(): ReadonlyMap<number, number> {
    this.#pidOf ??= new Map([...this.after.values()].map((each) => [each.processId, each.pid]));
    return this.#pidOf;
  }
}
