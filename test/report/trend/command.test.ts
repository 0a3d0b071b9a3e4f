import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

function report(args: string[], env: Record<string, string> = {}, toml = '') {
  const config = join(journal.folder, 'psusage.toml');
  writeFileSync(config, toml);
  const all = [CLI, 'report', '--journal', journal.path, '--config', config, '--tz', 'UTC'];
  return spawnSync(process.execPath, [...all, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
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
  [['--days', '30', '--day'], '--days can not be combined'],
  [['--days', '30', '--from', '2026-03-29'], '--days can not be combined'],
  [['--days', '30', '--source', 'influx'], "--days needs a machine's own journal"],
  [['--days', '30', '--by', 'host'], 'a trend has no rows by host'],
  [['--days', '30', '--sort', 'processes'], 'a trend is not in order by processes'],
  [['--days', '30', '--by', 'day', '--top', '3'], 'days are all shown'],
  [['--by', 'day'], '--by day needs --days'],
])('exits with 2 for %j', (args, message) => {
  const { status, stdout, stderr } = report(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('a day on the command line counts for more than days in the environment or the config file', () => {
  const day = ['--day', '2026-03-29', '--format', 'json'];
  expect(JSON.parse(report(day, { PSUSAGE_DAYS: '30' }).stdout)).toMatchObject({
    view: 'report',
  });
  const days = ['--days', '30', '--format', 'json'];
  const config = '[report]\nday = "yesterday"\n';
  expect(JSON.parse(report(days, {}, config).stdout)).toMatchObject({ view: 'trend', days: 30 });
});
