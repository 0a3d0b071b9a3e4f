import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../../src/shared/errors.js';
import { readSecretFile } from '../../../src/shared/influx/secret-file.js';
import { temporaryFolder } from '../../temporary-folder.js';

function secretFile(content: string | Buffer, mode = 0o600): string {
  const path = join(temporaryFolder(), 'secret');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function refusalOf(path: string): UsageError {
  try {
    readSecretFile(path);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test.each([
  ['as it is', 's3cr3t'],
  ['with the line break that an editor adds', 's3cr3t\n'],
  ['with that of another system', 's3cr3t\r\n'],
  ['with white space around', '\n  s3cr3t\t\n\n'],
  ['with the mark that some editors begin a file with', '\u{feff}s3cr3t\n'],
])('reads a secret %s', (_, content) => {
  expect(readSecretFile(secretFile(content))).toBe('s3cr3t');
});

test('keeps white space within a secret, and letters of any script', () => {
  expect(readSecretFile(secretFile('geslo za bazo č\n'))).toBe('geslo za bazo č');
});

test.each([0o600, 0o400, 0o640, 0o660, 0o642])('reads a file of mode %o', (mode) => {
  expect(readSecretFile(secretFile('s3cr3t', mode))).toBe('s3cr3t');
});

test.each([0o644, 0o604, 0o666, 0o777])(
  'refuses a file of mode %o, and says how to mend it',
  (mode) => {
    const path = secretFile('s3cr3t', mode);
    const { message, hint } = refusalOf(path);
    expect(message).toBe(`${path} holds a secret and everyone may read it`);
    expect(hint).toBe(`chmod o-r ${path}`);
    chmodSync(path, mode & ~0o004);
    expect(readSecretFile(path)).toBe('s3cr3t');
  },
);

test('looks at the file itself, not at a link to it', () => {
  const link = join(temporaryFolder(), 'link');
  symlinkSync(secretFile('s3cr3t', 0o644), link);
  expect(refusalOf(link).message).toContain('everyone may read it');
});

test('refuses a file that is missing', () => {
  const path = join(temporaryFolder(), 'none');
  expect(refusalOf(path).message).toBe(`there is no file at ${path}`);
});

test('refuses a path that leads through a file', () => {
  const path = join(secretFile('s3cr3t'), 'below');
  expect(refusalOf(path).message).toContain('cannot read a secret: ENOTDIR');
});

test('refuses a directory', () => {
  const path = join(temporaryFolder(), 'folder');
  mkdirSync(path, { mode: 0o755 });
  expect(refusalOf(path).message).toBe(`${path} is a directory`);
});

test.each(['', '\n', ' \t\r\n'])('refuses the empty file %j', (content) => {
  expect(refusalOf(secretFile(content)).message).toMatch(/is empty$/);
});

test.each(['a\nb', 'a\r\nb\n', 'a\rb'])('refuses the several lines %j', (content) => {
  expect(refusalOf(secretFile(content)).message).toMatch(/has several lines$/);
});

test('reads 64 KiB and no byte more', () => {
  const largest = 'x'.repeat(64 * 1024);
  expect(readSecretFile(secretFile(largest))).toBe(largest);
  expect(refusalOf(secretFile(`${largest}\n`)).message).toMatch(/is too large for a secret/);
});

test('refuses what is not text', () => {
  expect(refusalOf(secretFile(Buffer.from([0x70, 0xe8, 0x71]))).message).toMatch(/is not UTF-8/);
});
