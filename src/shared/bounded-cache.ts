/** With more entries than this all are dropped, and looked up again. */
const MAX_ENTRIES = 10_000;

/** Keeps what was looked up, within a bound. */
export class BoundedCache<Key, Value> {
  readonly #values = new Map<Key, Value>();

  constructor(private readonly lookUp: (key: Key) => Value) {}

  get(key: Key): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = this.lookUp(key);
    if (this.#values.size >= MAX_ENTRIES) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }

  clear(): void {
    this.#values.clear();
  }
}
