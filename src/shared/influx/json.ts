/** Reads JSON of another program step by step; undefined where it is of another form. */
export function readField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

export function readList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

export function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What each element of a list is read as; undefined where it is no list, or one is of another form. */
export function readAll<T>(
  value: unknown,
  read: (element: unknown) => T | undefined,
): T[] | undefined {
  const list = readList(value);
  const all = (list ?? []).flatMap((each) => read(each) ?? []);
  return all.length === list?.length ? all : undefined;
}
