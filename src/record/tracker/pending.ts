import type { CreditRecord, Lifecycle } from './lifecycle.js';
import type { Stretch } from './pieces.js';

/** CPU time that an ended process may have used, as long as its reaper may tell more of its last moments. */
export type Pending = PendingOwn | PendingUnseen;

/** Its own CPU time. */
interface PendingOwn extends Beyond {
  kind: 'own';
  /** Its last record, settling. */
  record: CreditRecord;
  /** The quarter-hour that its last record counts in. */
  quarterMs: number;
}

/** What it may have reaped after its last sample, of children that no sample showed. */
interface PendingUnseen extends Beyond {
  kind: 'unseen';
  /** From its last sample to its end. */
  stretch: Stretch;
}

interface Beyond extends Guess {
  /** As it ended; what is certain is charged. */
  lifecycle: Lifecycle;
  /** Process ids of those that may have reaped it. */
  reapers: readonly number[];
  endedBootMs: number;
}

/** CPU time beyond what was charged, in ms. */
export interface Guess {
  /** The best guess, the most that is plausible, and the most that is possible. */
  guessMs: number;
  mostMs: number;
  utmostMs: number;
  /** By how much the guess may be off, either way. */
  uncertainMs: number;
}

/** Everything that is pending, in the order in which it came: of each process once its own and once unseen CPU time. */
export class PendingSet {
  readonly #byKey: Map<string, Pending>;

  constructor(pending: readonly Pending[]) {
    this.#byKey = new Map(pending.map((each) => [toKey(each), each]));
  }

  get all(): Pending[] {
    return [...this.#byKey.values()];
  }

  get(processId: number, kind: Pending['kind']): Pending | undefined {
    return this.#byKey.get(toKey({ kind, lifecycle: { processId } }));
  }

  /** Adds one, in the place of what was pending before of the same kind and process. */
  set(pending: Pending): void {
    this.#byKey.set(toKey(pending), pending);
  }

  delete(pending: Pending): void {
    this.#byKey.delete(toKey(pending));
  }

  /** By the process ids of possible reapers; one child may have several. */
  byReaper(): ReadonlyMap<number, readonly Pending[]> {
    const childrenOf = new Map<number, Pending[]>();
    for (const each of this.#byKey.values()) {
      for (const reaper of each.reapers) {
        const children = childrenOf.get(reaper);
        if (children === undefined) childrenOf.set(reaper, [each]);
        else children.push(each);
      }
    }
    return childrenOf;
  }
}

function toKey({
  kind,
  lifecycle,
}: {
  kind: Pending['kind'];
  lifecycle: Pick<Lifecycle, 'processId'>;
}) {
  return `${kind} ${lifecycle.processId}`;
}
