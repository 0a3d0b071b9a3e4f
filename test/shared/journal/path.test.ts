import { expect, test, vi } from 'vitest';
import { journalPath } from '../../../src/shared/journal/path.js';

const IN_HOME = '/home/foo/.local/state/psusage/psusage.db';

function withHome<T>(home: string, use: () => T): T {
  vi.stubEnv('HOME', home);
  try {
    return use();
  } finally {
    vi.unstubAllEnvs();
  }
}

test('is the one that is named', () => {
  expect(journalPath('psusage.db', 0, {})).toBe('psusage.db');
});

test('is the system’s own for root', () => {
  expect(journalPath(undefined, 0, { XDG_STATE_HOME: '/elsewhere' })).toBe(
    '/var/lib/psusage/psusage.db',
  );
});

test('is in the user’s state folder for others', () => {
  expect(journalPath(undefined, 1000, { XDG_STATE_HOME: '/state' })).toBe(
    '/state/psusage/psusage.db',
  );
  expect(withHome('/home/foo', () => journalPath(undefined, 1000, {}))).toBe(IN_HOME);
});

test.each(['', 'state'])('takes a state folder that is %j for not set', (folder) => {
  const path = withHome('/home/foo', () =>
    journalPath(undefined, 1000, { XDG_STATE_HOME: folder }),
  );
  expect(path).toBe(IN_HOME);
});

test.each(['', ' '])('refuses the path %j', (path) => {
  expect(() => journalPath(path, 0, {})).toThrow('the journal’s path is empty');
});

test.each(['/var/psusage.db ', ' psusage.db'])(
  'refuses the path %j, of which SQLite would open another',
  (path) => {
    expect(() => journalPath(path, 0, {})).toThrow('begins or ends with a space');
  },
);

test('says that a user without a home folder has to name one', () => {
  expect(() => withHome('', () => journalPath(undefined, 1000, {}))).toThrow(
    'uid 1000 has no home folder for a journal',
  );
});
