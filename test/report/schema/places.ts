/** Keys and indexes on the way from a document to one of its values. */
export type Place = (string | number)[];

/** Keys there are names of rows, not fields. */
const KEYED_BY_NAME = 'utilSeconds';

/** The place of every field of a document; of lists only of the first value. */
export function placesOf(value: unknown, at: Place = []): Place[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : placesOf(value[0], [...at, 0]);
  if (typeof value !== 'object' || value === null || at.at(-1) === KEYED_BY_NAME) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const place = [...at, key];
    return [place, ...placesOf(field, place)];
  });
}

/** A copy in which the value at a place is another one; undefined leaves the field out. */
export function changed(value: unknown, [step, ...rest]: Place, to: (old: unknown) => unknown) {
  const copy = structuredClone(value);
  let holder = copy;
  let last = step;
  for (const next of rest) {
    holder = valueAt(holder, last);
    last = next;
  }
  const after = to(valueAt(holder, last));
  if (after === undefined) Reflect.deleteProperty(asObject(holder), keyOf(last));
  else Reflect.set(asObject(holder), keyOf(last), after);
  return copy;
}

function valueAt(holder: unknown, step: string | number | undefined): unknown {
  return Reflect.get(asObject(holder), keyOf(step)) as unknown;
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new Error('there is no such place in the document');
}

function keyOf(step: string | number | undefined): string {
  return String(step);
}
