/** What a column of a row holds. */
export type SqliteValue = number | string | Buffer | null;

/** The longest that is read: lengths, types and numbers of rows are far below. */
const MAX_VARINT_BYTES = 7;

/**
 * A number of as many bytes as it needs, and where what follows it begins.
 *
 * @throws RangeError where it is larger than any of a journal's
 */
export function readVarint(bytes: Buffer, at: number): [value: number, end: number] {
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
export function decodeRecord(bytes: Buffer): SqliteValue[] {
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
