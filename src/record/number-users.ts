import type { UserNames } from './lifecycle/user-names.js';
import type { Sample } from './ps/sample.js';

/** A uid whose name was not found is asked for again after so long. */
const ASK_AGAIN_MS = 300_000;

/**
 * Tells whose number ps shows since nobody knows the name just now from whose it shows since the name is too long:
 * that is another user than the one who is remembered. Looked up while sampling goes on.
 */
export class NumberUsers {
  readonly #askedMs = new Map<number, number>();
  #found = new Set<number>();

  /** @param isShownAsNumber whether ps shows the number of a user who has a name; never fails */
  constructor(private readonly isShownAsNumber: (uid: number) => Promise<boolean>) {}

  /** The names, without those that are known to be others' now. */
  withoutOthers(names: UserNames): UserNames {
    const found = this.#found;
    if (found.size === 0) return names;
    this.#found = new Set();
    return new Map([...names].filter(([uid]) => !found.has(uid)));
  }

  /**
   * Asks for each user who is shown by the number and remembered by a name.
   *
   * @param samples as ps shows them
   */
  lookUp(samples: ReadonlyMap<number, Sample>, names: UserNames, nowMs: number): void {
    for (const { uid, user } of samples.values()) {
      const known = names.get(uid);
      if (known === undefined || known === user || user !== String(uid)) continue;
      const askedMs = this.#askedMs.get(uid);
      if (askedMs !== undefined && nowMs - askedMs < ASK_AGAIN_MS) continue;
      this.#askedMs.set(uid, nowMs);
      void this.#ask(uid);
    }
  }

  async #ask(uid: number): Promise<void> {
    if (await this.isShownAsNumber(uid)) this.#found.add(uid);
  }
}
