/** An element of a list, or several of which nothing is known. */
type Folded<T> = { kind: 'one'; element: T } | { kind: 'gap'; first: T; last: T };

/** The elements one by one, those of which nothing is known together with all that follow likewise. */
export function foldedGaps<T>(list: readonly T[], isGap: (element: T) => boolean): Folded<T>[] {
  const folded: Folded<T>[] = [];
  for (const element of list) {
    const last = folded.at(-1);
    if (!isGap(element)) folded.push({ kind: 'one', element });
    else if (last?.kind === 'gap') last.last = element;
    else folded.push({ kind: 'gap', first: element, last: element });
  }
  return folded;
}
