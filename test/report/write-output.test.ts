import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { writeOutput } from '../../src/report/write-output.js';
import { PsusageError } from '../../src/shared/errors.js';
import { temporaryFolder } from '../temporary-folder.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'day.html');
});

it('leaves the file and nothing else, with the rights that new files have', () => {
  const before = process.umask(0o027);
  writeOutput('a page\n', file);
  process.umask(before);
  expect(readdirSync(folder)).toEqual(['day.html']);
  expect(readFileSync(file, 'utf8')).toBe('a page\n');
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

it('puts a new file in the place of the old one, which its readers keep', () => {
  writeFileSync(file, 'old');
  const before = statSync(file).ino;
  writeOutput('new', file);
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).ino).not.toBe(before);
});

it('leaves a file that others may not read unreadable to them', () => {
  writeFileSync(file, 'old', { mode: 0o600 });
  writeOutput('new', file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('follows a link, and leaves it one', () => {
  const link = join(folder, 'latest.html');
  writeFileSync(file, 'old');
  symlinkSync('day.html', link);
  writeOutput('new', link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

it('writes into a pipe rather than putting a file in its place', async () => {
  execFileSync('mkfifo', [file]);
  const reader = spawn('cat', [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const text = reader.stdout.setEncoding('utf8').toArray();
  writeOutput('a page', file);
  await once(reader, 'close');
  expect((await text).join('')).toBe('a page');
  expect(statSync(file).isFIFO()).toBe(true);
});

it.each([
  ['no-such-folder/day.html', /^cannot write .*no-such-folder.*ENOENT/],
  ['folder', /^cannot write .*folder.*EISDIR/],
])('says why %s can not be written, and leaves nothing behind', (name, message) => {
  mkdirSync(join(folder, 'folder'));
  let thrown: unknown;
  try {
    writeOutput('a page', join(folder, name));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PsusageError);
  expect(thrown).toMatchObject({
    code: 'OUTPUT',
    message: expect.stringMatching(message) as unknown,
  });
  expect(thrown).toHaveProperty('hint', expect.stringContaining('--output') as unknown);
  expect(readdirSync(folder)).toEqual(['folder']);
});
