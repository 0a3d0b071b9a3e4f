import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** What every journal has: psusage never sets another size. */
export const PAGE_BYTES = 4_096;

/** Each page of the pointer map tells of so many that follow it. */
const POINTERS_IN_PAGE = Math.floor(PAGE_BYTES / 5);
const FIRST_POINTER_PAGE = 2;

const MAGIC = Buffer.from('SQLite format 3\0');
const PAGE_COUNT_AT = 28;

/** The type of a page of a table or index that is not its root. */
const INNER_PAGE = 5;

/** The pages that each page leads to. */
interface PointerMap {
  children: Map<number, number[]>;
  isWhole: boolean;
}

/**
 * The pages of a journal's file, the newest version of each: what its `-wal` has committed is in place of what
 * the file has. Nothing is written, and SQLite opens neither: it would change both.
 */
export class Pages {
  readonly #file: number;
  readonly #log: Buffer;
  readonly #inLog: ReadonlyMap<number, number>;
  #map: PointerMap | undefined;

  constructor(path: string) {
    this.#log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
    this.#inLog = readCommittedFrames(this.#log);
    this.#file = openSync(path, 'r');
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A page by its number, from 1; undefined where the file has been cut off, or can't be read. */
  read(number: number): Buffer | undefined {
    const at = this.#inLog.get(number);
    if (at !== undefined) return this.#log.subarray(at, at + PAGE_BYTES);
    const page = Buffer.alloc(PAGE_BYTES);
    try {
      const length = readSync(this.#file, page, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES);
      return length === PAGE_BYTES ? page : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * The pages that a page leads to, whatever it holds itself: the pointer map has the parent of each.
   *
   * @returns all of them only where the whole map can be believed
   */
  findChildren(parent: number): { pages: readonly number[]; isComplete: boolean } {
    this.#map ??= this.#readPointerMap();
    return { pages: this.#map.children.get(parent) ?? [], isComplete: this.#map.isWhole };
  }

  /** Pages that the journal has had once still stand in the map; the header has how many there are. */
  #readPointerMap(): PointerMap {
    const header = this.read(1);
    const hasHeader = header?.subarray(0, MAGIC.length).equals(MAGIC) === true;
    const count = hasHeader
      ? header.readUInt32BE(PAGE_COUNT_AT)
      : Math.floor(fstatSync(this.#file).size / PAGE_BYTES);
    const map: PointerMap = { children: new Map(), isWhole: hasHeader };
    for (let at = FIRST_POINTER_PAGE; at <= count; at += POINTERS_IN_PAGE + 1) {
      const page = this.read(at);
      if (page === undefined) return { ...map, isWhole: false };
      addPointers(map, page, at + 1, count);
    }
    return map;
  }
}

/** Each page has five bytes: its type and the page that leads to it. */
function addPointers(map: PointerMap, page: Buffer, firstNumber: number, count: number): void {
  for (let entry = 0; entry < POINTERS_IN_PAGE && firstNumber + entry <= count; entry += 1) {
    const type = page.readUInt8(5 * entry);
    const parent = page.readUInt32BE(5 * entry + 1);
    if (type === 0 || type > INNER_PAGE || parent > count) map.isWhole = false;
    if (type !== INNER_PAGE) continue;
    const siblings = map.children.get(parent);
    if (siblings === undefined) map.children.set(parent, [firstNumber + entry]);
    else siblings.push(firstNumber + entry);
  }
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The magic number's last bit: which way round the words are that checksums are made of. */
const LOG_MAGIC = 0x377f0682;

/**
 * Where the newest version of each page is that a write-ahead log has committed, in bytes. What comes after the first
 * frame whose checksum is wrong was never committed, or is damaged: https://sqlite.org/fileformat.html#the_write_ahead_log
 */
function readCommittedFrames(log: Buffer): Map<number, number> {
  const committed = new Map<number, number>();
  if (log.length < HEADER_BYTES || (log.readUInt32BE(0) & ~1) >>> 0 !== LOG_MAGIC) return committed;
  const isBigEndian = (log.readUInt32BE(0) & 1) === 1;
  let sum = addToChecksum([0, 0], log.subarray(0, 24), isBigEndian);
  if (!isChecksum(log, 24, sum)) return committed;
  const salts = log.subarray(16, 24);
  const pending = new Map<number, number>();
  const frameBytes = FRAME_HEADER_BYTES + PAGE_BYTES;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    const pageAt = at + FRAME_HEADER_BYTES;
    sum = addToChecksum(sum, log.subarray(at, at + 8), isBigEndian);
    sum = addToChecksum(sum, log.subarray(pageAt, pageAt + PAGE_BYTES), isBigEndian);
    if (!log.subarray(at + 8, at + 16).equals(salts) || !isChecksum(log, at + 16, sum)) break;
    pending.set(log.readUInt32BE(at), pageAt);
    const isCommit = log.readUInt32BE(at + 4) > 0;
    if (!isCommit) continue;
    for (const [number, place] of pending) committed.set(number, place);
    pending.clear();
  }
  return committed;
}

type Checksum = readonly [number, number];

function addToChecksum([first, second]: Checksum, bytes: Buffer, isBigEndian: boolean): Checksum {
  let [one, two] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    const words = isBigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    one = (one + (words[0] ?? 0) + two) >>> 0;
    two = (two + (words[1] ?? 0) + one) >>> 0;
  }
  return [one, two];
}

function isChecksum(log: Buffer, at: number, [one, two]: Checksum): boolean {
  return log.readUInt32BE(at) === one && log.readUInt32BE(at + 4) === two;
}
