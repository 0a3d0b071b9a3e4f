import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalBuilder, smallJournal } from '../../builders/journal.js';
import { CLI } from '../../cli.js';

let journal: JournalBuilder;
beforeAll(() => {
  journal = smallJournal();
});
afterAll(() => {
  journal.remove();
});

function report(args: string[]) {
  const all = [CLI, 'report', '--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC'];
  return spawnSync(process.execPath, [...all, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], COLUMNS: '100' },
  });
}

test('prints a trend with --days, and exits with 0', () => {
  const { status, stdout, stderr } = report(['--days', '3660']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^foo_com +/m);
  expect(report(['--days', '3660', '--by', 'day']).stdout).toMatch(/^Sun 2026-03-29 +/m);
});

test.each([
  [['--days', '1'], 'from 2 to 3660'],
  [['--days', '3661'], 'from 2 to 3660'],
  [['--days', 'many'], 'from 2 to 3660'],
  [['--days', '30', '--day'], '--days cannot be combined'],
])('exits with 2 for %j', (args, message) => {
  const { status, stdout, stderr } = report(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
