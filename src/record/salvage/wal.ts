const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const FRAME_PAGE_BYTES = 4_096;

/** The magic number's last bit: which way round the words are that checksums are made of. */
const MAGIC = 0x377f0682;

/**
 * Where the newest version of each page is that a write-ahead log has committed, in bytes. What comes after the first
 * frame whose checksum is wrong was never committed, or is damaged: https://sqlite.org/fileformat.html#the_write_ahead_log
 */
export function readCommittedFrames(log: Buffer): Map<number, number> {
  const committed = new Map<number, number>();
  if (log.length < HEADER_BYTES || (log.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return committed;
  const isBigEndian = (log.readUInt32BE(0) & 1) === 1;
  let sum = addToChecksum([0, 0], log.subarray(0, 24), isBigEndian);
  if (!isChecksum(log, 24, sum)) return committed;
  const salts = log.subarray(16, 24);
  const pending = new Map<number, number>();
  const frameBytes = FRAME_HEADER_BYTES + FRAME_PAGE_BYTES;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    const pageAt = at + FRAME_HEADER_BYTES;
    sum = addToChecksum(sum, log.subarray(at, at + 8), isBigEndian);
    sum = addToChecksum(sum, log.subarray(pageAt, pageAt + FRAME_PAGE_BYTES), isBigEndian);
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
