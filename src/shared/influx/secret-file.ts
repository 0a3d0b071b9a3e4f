import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hasCode, toMessage, UsageError } from '../errors.js';

const MAX_SECRET_BYTES = 64 * 1024;
const READABLE_BY_OTHERS = 0o004;

/**
 * The one line that a file holds, such as a token or a password, without white space around it.
 *
 * @throws UsageError when there is no such file, it can't be read, others may read it, or it does not
 *   hold one line of UTF-8 of at most 64 KiB. No message has anything of the secret.
 */
export function readSecretFile(path: string): string {
  const bytes = readPrivateFile(path);
  if (bytes.length > MAX_SECRET_BYTES) {
    throw new UsageError(`${path} is too large for a secret: more than 64 KiB`);
  }
  const secret = decode(path, bytes).trim();
  if (secret === '') throw new UsageError(`${path} is empty`, 'write the secret into it');
  if (/[\r\n]/.test(secret)) {
    throw new UsageError(`${path} has several lines`, 'it must hold the secret and nothing else');
  }
  return secret;
}

/** Nothing that is refused is read. A byte above the bound shows that there is more. */
function readPrivateFile(path: string): Buffer {
  const file = open(path);
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) {
      throw new UsageError(`${path} is a directory`, 'name the file that holds the secret');
    }
    if ((stat.mode & READABLE_BY_OTHERS) !== 0) {
      throw new UsageError(`${path} holds a secret and everyone may read it`, `chmod o-r ${path}`);
    }
    return readUpTo(file, MAX_SECRET_BYTES + 1);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw new UsageError(`there is no file at ${path}`, 'write the secret into it');
    }
    throw new UsageError(`cannot read a secret: ${toMessage(error)}`);
  }
}

/** In several pieces where it must: a pipe gives what it has. */
function readUpTo(file: number, maxBytes: number): Buffer {
  const buffer = Buffer.alloc(maxBytes);
  let length = 0;
  for (;;) {
    const read = readSync(file, buffer, length, maxBytes - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is not UTF-8 text`);
  }
}
