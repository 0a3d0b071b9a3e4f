import {
  type Key,
  parseTreePage,
  type SqliteValue,
  type TreeCell,
  type TreePage,
} from './btree-page.js';
import type { Pages } from './pages.js';

/** A stretch of keys in which rows may be missing; undefined where it has no end. */
export interface LostStretch {
  /** The last key before it. */
  after: Key | undefined;
  /** The first key after it, or the last that it may hold. */
  upTo: Key | undefined;
}

export interface TreeRow {
  key: Key;
  values: SqliteValue[];
}

/** What is known of a tree before it is read. */
export interface TreeShape {
  root: number;
  kind: TreePage['kind'];
  /** Whether a row can be one of this tree: a page with any other belongs to another. */
  fits: (values: readonly SqliteValue[]) => boolean;
}

type Bounds = LostStretch;

/** Far more than a tree can have that fits on a disk: damaged pages may lead in a circle. */
const MAX_DEPTH = 20;

/**
 * The rows of a table or an index, in order. Where a page can't be believed, the pointer map tells which pages lie
 * below it.
 *
 * @param onLost is told where rows may be missing; where it is not called, none is
 */
export function* readTree(
  pages: Pages,
  tree: TreeShape,
  onLost: (stretch: LostStretch) => void,
): Generator<TreeRow> {
  yield* new Tree(pages, tree, onLost).rows(tree.root, { after: undefined, upTo: undefined }, 0);
}

class Tree {
  readonly #seen = new Set<number>();

  constructor(
    private readonly pages: Pages,
    private readonly shape: TreeShape,
    private readonly onLost: (stretch: LostStretch) => void,
  ) {}

  *rows(number: number, bounds: Bounds, depth: number): Generator<TreeRow> {
    if (depth > MAX_DEPTH || this.#seen.has(number)) {
      this.onLost(bounds);
      return;
    }
    this.#seen.add(number);
    const page = this.#parse(number);
    const isSound = page !== undefined && isWithin(page, bounds) && this.#isMapped(page, number);
    if (isSound) yield* this.#rowsIn(page, bounds, depth);
    else yield* this.#rowsBelowDamage(number, bounds, depth);
  }

  /** Whether it leads to just the pages that have it for their parent in the pointer map. */
  #isMapped({ children }: TreePage, number: number): boolean {
    const { pages, isComplete } = this.pages.findChildren(number);
    if (!isComplete) return children.length > 0 || pages.length === 0;
    return children.length === pages.length && pages.every((child) => children.includes(child));
  }

  *#rowsIn({ cells, children, holdsRows }: TreePage, bounds: Bounds, depth: number) {
    let after = bounds.after;
    for (const [index, cell] of cells.entries()) {
      const child = children[index];
      if (child !== undefined) yield* this.rows(child, { after, upTo: cell.key }, depth + 1);
      if (holdsRows) yield* this.#row(cell, after);
      after = cell.key;
    }
    const last = children[cells.length];
    if (last !== undefined) yield* this.rows(last, { after, upTo: bounds.upTo }, depth + 1);
  }

  *#row({ key, values }: TreeCell, after: Key | undefined): Generator<TreeRow> {
    if (values === undefined) this.onLost({ after, upTo: key });
    else yield { key, values };
  }

  /** An inner page of a table has no rows itself. One of an index has one between each two pages that it leads to. */
  *#rowsBelowDamage(number: number, bounds: Bounds, depth: number): Generator<TreeRow> {
    const { pages, isComplete } = this.pages.findChildren(number);
    const children = pages
      .flatMap((child) => {
        const first = this.#firstKey(child, 0);
        return first === undefined ? [] : [{ child, first }];
      })
      .sort((a, b) => compareKeys(a.first, b.first));
    const isNothingLost =
      this.shape.kind === 'table' &&
      isComplete &&
      children.length === pages.length &&
      pages.length > 0;
    let { after } = bounds;
    for (const [index, { child, first }] of children.entries()) {
      if (!isNothingLost) this.onLost({ after, upTo: first });
      const upTo = children[index + 1]?.first ?? bounds.upTo;
      for (const row of this.rows(child, { after, upTo }, depth + 1)) {
        after = row.key;
        yield row;
      }
    }
    if (!isNothingLost) this.onLost({ after, upTo: bounds.upTo });
  }

  /** Undefined where it can't be known. */
  #firstKey(number: number, depth: number): Key | undefined {
    const page = this.#parse(number);
    const below = page?.children[0] ?? this.pages.findChildren(number).pages[0];
    if (below === undefined || depth > MAX_DEPTH) return page?.cells[0]?.key;
    return this.#firstKey(below, depth + 1) ?? page?.cells[0]?.key;
  }

  #parse(number: number): TreePage | undefined {
    const page = parseTreePage(number, (each) => this.pages.read(each));
    if (page?.kind !== this.shape.kind) return undefined;
    const isFitting = page.cells.every(
      ({ values }) => values === undefined || this.shape.fits(values),
    );
    return isFitting ? page : undefined;
  }
}

/** Whether the keys are in order, and those that the page above has led to. Only the root of an empty tree is empty. */
function isWithin({ cells }: TreePage, { after, upTo }: Bounds): boolean {
  let before = after;
  for (const { key } of cells) {
    if (before !== undefined && compareKeys(before, key) >= 0) return false;
    before = key;
  }
  if (cells.length === 0) return after === undefined && upTo === undefined;
  return before === undefined || upTo === undefined || compareKeys(before, upTo) <= 0;
}

/** As SQLite orders them. */
function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  for (const [index, one] of a.entries()) {
    const order = compareValues(one, b[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: SqliteValue, b: SqliteValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return kindOrder(a) - kindOrder(b);
}

function kindOrder(value: SqliteValue): number {
  if (value === null) return 0;
  return typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
}
