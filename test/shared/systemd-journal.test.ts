import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI } from '../cli.js';
import { journalOf, record } from '../record/ship/journal-to-ship.js';
import { temporaryFolder } from '../temporary-folder.js';

/** What the built program writes to stderr, a file that JOURNAL_STREAM names or not. */
function logged(
  args: string[],
  isJournal: boolean,
  stdout: number | 'ignore' = 'ignore',
): string[] {
  const path = join(temporaryFolder(), 'stderr');
  const fd = openSync(path, 'w');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const stream = `${dev}:${isJournal ? ino : ino + 1n}`;
  const env = { PATH: process.env['PATH'], JOURNAL_STREAM: stream };
  spawnSync(process.execPath, [CLI, ...args], { env, stdio: ['ignore', stdout, fd] });
  closeSync(fd);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

function recordForASecond(...more: string[]): string[] {
  const journal = join(temporaryFolder(), 'psusage.db');
  return ['record', 'no-such-program', '--for', '1s', '--journal', journal, ...more];
}

test('the recorder writes text with priorities where stderr is systemd’s journal', () => {
  const lines = logged(recordForASecond(), true);
  expect(lines[0]).toMatch(/^<6>recording version=/);
  expect(lines[1]).toMatch(/^<4>no process matches yet/);
});

test('it writes JSON there if that is wanted, and where stderr leads elsewhere', () => {
  for (const [args, isJournal] of [
    [recordForASecond('--log-format', 'json'), true],
    [recordForASecond(), false],
  ] as const) {
    const levels = logged([...args], isJournal).map(
      (line) => (JSON.parse(line) as { level: number }).level,
    );
    expect(levels).toContain(40);
  }
});

test('a command that fails has the priority of an error on each of its lines', () => {
  const args = ['status', '--journal', join(temporaryFolder(), 'none.db')];
  const lines = logged(args, true);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line).toMatch(/^<3>(psusage|hint): /);
  expect(logged(args, false)[0]).toMatch(/^psusage: /);
});

test('each line on stderr has a priority there: a warning of ship, a fault of the config file, wrong usage', () => {
  const journal = journalOf([record()]);
  journal.db.prepare("UPDATE shipping SET destination = 'http://elsewhere'").run();
  journal.close();
  const ship = ['ship', '--journal', journal.path, '--url', 'http://127.0.0.1:9'];
  const [moved, failed] = logged([...ship, '--database', 'psusage'], true);
  journal.remove();
  expect(moved).toMatch(/^<4>psusage: .*http:\/\/elsewhere/);
  expect(failed).toMatch(/^<3>psusage: .*ECONNREFUSED/);
  const config = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(config, '[record]\nintervall = "1s"\n');
  for (const args of [
    ['--config', config, 'config', 'check'],
    ['record', '--bogus'],
  ]) {
    const lines = logged(args, true);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^<3>(psusage|hint): /);
  }
});

test('what could not be written to stdout is told with the priority of an error', () => {
  const full = openSync('/dev/full', 'w');
  for (const args of [['--version'], ['--help'], ['completion', 'bash']]) {
    expect(logged(args, true, full)).toEqual([
      expect.stringMatching(/^<3>psusage: cannot write to stdout: ENOSPC/),
    ]);
  }
  closeSync(full);
});
