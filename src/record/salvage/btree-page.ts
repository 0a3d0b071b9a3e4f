import { PAGE_BYTES } from './pages.js';

/**
 * The number of a row in a table, or its columns in an index. A table WITHOUT ROWID is an index of its rows.
 */
export type Key = number | readonly SqliteValue[];

/** One row, or one way down to the rows that come before it. */
export interface TreeCell {
  key: Key;
  /** The columns; undefined in an inner page of a table, which has numbers alone, and where they can't be read. */
  values: SqliteValue[] | undefined;
}

/** A page of a table's or an index's tree: https://sqlite.org/fileformat.html#b_tree_pages */
export interface TreePage {
  kind: 'table' | 'index';
  cells: TreeCell[];
  /** The pages between the cells: one more than cells in an inner page, none in a leaf. */
  children: number[];
  /** Whether each cell is a row. The inner pages of an index hold rows too. */
  holdsRows: boolean;
}

const FILE_HEADER_BYTES = 100;

const INNER_INDEX = 2;
const INNER_TABLE = 5;
const LEAF_INDEX = 10;
const LEAF_TABLE = 13;

/** How much of a row stays in its page: https://sqlite.org/fileformat.html#cell_payload_overflow_pages */
const LEAST_IN_PAGE = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
const MOST_IN_TABLE_PAGE = PAGE_BYTES - 35;
const MOST_IN_INDEX_PAGE = Math.floor(((PAGE_BYTES - 12) * 64) / 255) - 23;

const LEAST_CELL_BYTES = 4;

type ReadPage = (number: number) => Buffer | undefined;

/**
 * Takes a page apart.
 *
 * @returns undefined where anything in it can't be as SQLite writes it: then nothing of it is to be believed
 */
export function parseTreePage(number: number, read: ReadPage): TreePage | undefined {
  const page = read(number);
  if (page === undefined) return undefined;
  try {
    return parse(page, number === 1 ? FILE_HEADER_BYTES : 0, read);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parse(page: Buffer, at: number, read: ReadPage): TreePage | undefined {
  const type = page.readUInt8(at);
  if (![INNER_INDEX, INNER_TABLE, LEAF_INDEX, LEAF_TABLE].includes(type)) return undefined;
  const isInner = type === INNER_INDEX || type === INNER_TABLE;
  const cellCount = page.readUInt16BE(at + 3);
  const pointersAt = at + (isInner ? 12 : 8);
  const cells: TreeCell[] = [];
  const children: number[] = [];
  let usedBytes = freeBytes(page, at);
  for (let index = 0; index < cellCount; index += 1) {
    const cellAt = page.readUInt16BE(pointersAt + 2 * index);
    const cell = parseCell(page, cellAt, type, read);
    cells.push(cell);
    if (isInner) children.push(page.readUInt32BE(cellAt));
    usedBytes += Math.max(cell.bytes, LEAST_CELL_BYTES);
  }
  if (isInner) children.push(page.readUInt32BE(at + 8));
  // What is not used by a cell is accounted for: a page that lost cells, or was half overwritten, does not add up.
  const contentAt = page.readUInt16BE(at + 5);
  const isWhole = contentAt >= pointersAt + 2 * cellCount && contentAt + usedBytes === PAGE_BYTES;
  const kind = type === INNER_TABLE || type === LEAF_TABLE ? 'table' : 'index';
  return isWhole ? { kind, cells, children, holdsRows: type !== INNER_TABLE } : undefined;
}

/** What cells that were removed have left, in blocks and in fragments too small for one. */
function freeBytes(page: Buffer, at: number): number {
  let bytes = page.readUInt8(at + 7);
  for (let block = page.readUInt16BE(at + 1); block > 0;) {
    const next = page.readUInt16BE(block);
    if (next > 0 && next <= block) throw new RangeError('blocks are in order');
    bytes += page.readUInt16BE(block + 2);
    block = next;
  }
  return bytes;
}

function parseCell(
  page: Buffer,
  cellAt: number,
  type: number,
  read: ReadPage,
): TreeCell & { bytes: number } {
  const isInner = type === INNER_INDEX || type === INNER_TABLE;
  let at = cellAt + (isInner ? 4 : 0);
  if (type === INNER_TABLE) {
    const [key, end] = readVarint(page, at);
    return { key, values: undefined, bytes: end - cellAt };
  }
  const [payloadBytes, payloadBytesEnd] = readVarint(page, at);
  at = payloadBytesEnd;
  let key: Key = 0;
  if (type === LEAF_TABLE) [key, at] = readVarint(page, at);
  const mostInPage = type === LEAF_TABLE ? MOST_IN_TABLE_PAGE : MOST_IN_INDEX_PAGE;
  const { bytes, payload } = readPayload(page, at, payloadBytes, mostInPage, read);
  const values = payload === undefined ? undefined : decodeRecord(payload);
  if (type !== LEAF_TABLE) {
    if (values === undefined) throw new RangeError('a key that can’t be read');
    key = values;
  }
  return { key, values, bytes: at + bytes - cellAt };
}

/** A row, with what is in pages of its own where it is long. */
function readPayload(
  page: Buffer,
  at: number,
  payloadBytes: number,
  mostInPage: number,
  read: ReadPage,
): { bytes: number; payload: Buffer | undefined } {
  if (payloadBytes <= mostInPage) {
    return { bytes: payloadBytes, payload: slice(page, at, payloadBytes) };
  }
  const perPage = PAGE_BYTES - 4;
  const left = LEAST_IN_PAGE + ((payloadBytes - LEAST_IN_PAGE) % perPage);
  const inPage = left <= mostInPage ? left : LEAST_IN_PAGE;
  const parts = [slice(page, at, inPage)];
  let missing = payloadBytes - inPage;
  for (let next = page.readUInt32BE(at + inPage); missing > 0;) {
    const more = next === 0 ? undefined : read(next);
    if (more === undefined) return { bytes: inPage + 4, payload: undefined };
    parts.push(more.subarray(4, 4 + Math.min(missing, perPage)));
    missing -= perPage;
    next = more.readUInt32BE(0);
  }
  return { bytes: inPage + 4, payload: Buffer.concat(parts) };
}

function slice(page: Buffer, at: number, length: number): Buffer {
  if (at + length > PAGE_BYTES) throw new RangeError('a row beyond its page');
  return page.subarray(at, at + length);
}

/** What a column of a row holds. */
export type SqliteValue = number | string | Buffer | null;

/** The longest that is read: lengths, types and numbers of rows are far below. */
const MAX_VARINT_BYTES = 7;

/**
 * A number of as many bytes as it needs, and where what follows it begins.
 *
 * @throws RangeError where it is larger than any of a journal's
 */
function readVarint(bytes: Buffer, at: number): [value: number, end: number] {
  let value = 0;
  for (let end = at + 1; end <= at + MAX_VARINT_BYTES; end += 1) {
    const byte = bytes.readUInt8(end - 1);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, end];
  }
  throw new RangeError('a number that is too large');
}

/**
 * The columns of a row, as SQLite writes them: https://sqlite.org/fileformat.html#record_format
 *
 * @throws RangeError where it is none
 */
function decodeRecord(bytes: Buffer): SqliteValue[] {
  const [headerEnd, typesAt] = readVarint(bytes, 0);
  const values: SqliteValue[] = [];
  let at = headerEnd;
  for (let typeAt = typesAt; typeAt < headerEnd;) {
    const [type, next] = readVarint(bytes, typeAt);
    const length = toByteLength(type);
    values.push(decodeValue(bytes, at, type, length));
    at += length;
    typeAt = next;
  }
  if (at !== bytes.length) throw new RangeError('a record of another length');
  return values;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function toByteLength(type: number): number {
  const length = type >= 12 ? Math.floor((type - 12) / 2) : INTEGER_BYTES[type];
  if (length === undefined) throw new RangeError('no such type of a column');
  return length;
}

function decodeValue(bytes: Buffer, at: number, type: number, length: number): SqliteValue {
  if (at + length > bytes.length) throw new RangeError('a column beyond the record');
  if (type === 0) return null;
  if (type <= 5) return bytes.readIntBE(at, length);
  if (type === 6) return Number(bytes.readBigInt64BE(at));
  if (type === 7) return bytes.readDoubleBE(at);
  if (type <= 9) return type - 8;
  const value = bytes.subarray(at, at + length);
  return type % 2 === 1 ? value.toString() : Buffer.from(value);
}
