import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../builders/journal.js';
import { insertRecords, type TestRecord } from '../builders/records.js';
import { CLI } from '../cli.js';
import { canBecomeNobody, NOBODY } from '../shared/journal/other-process.js';

const DAY = '2026-03-29';
const NOON_MS = Date.parse('2026-03-29T12:00:00Z');

/** Root can become a user without any right; anybody else is one. */
const UID = canBecomeNobody() ? NOBODY : (process.getuid?.() ?? NOBODY);
const SETPRIV = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

/** What the system calls the caller. */
const ME = spawnSync('id', ['-un', String(UID)], { encoding: 'utf8' }).stdout.trim();

const OWN = { uid: UID, user: ME, program: 'php-fpm', command: 'php-fpm8.2' };
const SECRET = { uid: 40_001, user: 'secret_com', program: 'secretd', command: 'secret-job' };

/** Somebody who is called as the caller's uid is. */
const DIGITS = { uid: 40_002, user: String(UID), program: 'secretd', command: 'secret-job' };

function record(pid: number, fields: Partial<TestRecord>): TestRecord {
  const span = { fromMs: NOON_MS, toMs: NOON_MS + 600_000 };
  return { pid, ...OWN, ...span, cpuMs: 6_000, ended: true, unseen: false, ...fields };
}

describe('psusage report --mine', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder().run({
      ...{ from: '2026-03-28T10:00:00Z', to: '2026-03-29T11:00:00Z' },
      users: [ME, 'secret_com', '40002'],
    });
  });
  afterEach(() => {
    journal.remove();
  });

  function recordAll(): void {
    const others = [
      record(2, { ...SECRET, cpuMs: 98_765_000 }),
      record(3, { ...DIGITS, cpuMs: 76_543_000 }),
    ];
    insertRecords(journal.db, [record(1, {}), ...others]);
  }

  /** The real program, as a user who may only read. */
  function report(args: string[], env: Record<string, string> = {}): SpawnSyncReturns<string> {
    chmodSync(journal.folder, 0o755);
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(journal.path + suffix)) chmodSync(journal.path + suffix, 0o644);
    }
    const options = ['--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC'];
    const whole = [process.execPath, CLI, 'report', ...options, ...args];
    const [command = '', ...rest] = canBecomeNobody() ? [...SETPRIV, ...whole] : whole;
    return spawnSync(command, rest, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], COLUMNS: '140', ...env },
    });
  }

  const VIEWS = [
    [],
    ...['user', 'program', 'command', 'hour', 'process'].map((by) => ['--by', by]),
  ];
  const FORMATS = [
    ['--format', 'table'],
    ['--format', 'table', '--verbose'],
    ['--format', 'json'],
    ['--format', 'csv'],
  ];

  it.each(VIEWS.map((view) => ({ view, name: view.join(' ') || 'alone' })))(
    'shows nothing of others: $name',
    ({ view }) => {
      recordAll();
      for (const format of FORMATS) {
        const args = ['--day', DAY, '--mine', ...view, ...format];
        const { status, stdout, stderr } = report(args);
        expect({ status, stderr }, args.join(' ')).toEqual({ status: 0, stderr: '' });
        expect(stdout, args.join(' ')).not.toMatch(/secret|4000[12]|98,?765|76,?543|175,?3/);
      }
      const { stdout } = report(['--day', DAY, '--mine', ...view, '--format', 'json']);
      expect(JSON.parse(stdout)).toMatchObject({
        onlyUser: { user: ME, uid: UID },
        total: { processes: 1, cpuSeconds: 6 },
        runs: [{ users: [ME, '(others)'] }, { users: [] }],
      });
    },
  );

  it.each([
    ['--ledger', '--day', DAY],
    ['--days', '3660'],
    ['--by', 'day'],
    ['--day', DAY, '--format', 'html'],
  ])('shows nothing of others: %s %s', (...args) => {
    recordAll();
    const { status, stdout, stderr } = report(['--mine', ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(ME);
    expect(stdout).not.toMatch(/secret|4000[12]|98,?765|76,?543|175,?3/);
  });

  it('is what --user says of the own uid', () => {
    insertRecords(journal.db, [record(1, {}), record(2, SECRET)]);
    for (const view of VIEWS) {
      const args = ['--day', DAY, '--format', 'csv', ...view];
      const mine = report([...args, '--mine']);
      expect(mine.status).toBe(0);
      expect(mine.stdout).toBe(report([...args, '--user', String(UID)]).stdout);
    }
  });

  it('tells who has nothing so, and names nobody who has', () => {
    insertRecords(journal.db, [record(2, { ...SECRET, user: 'mine_com' }), record(3, DIGITS)]);
    for (const view of VIEWS) {
      const { status, stdout, stderr } = report(['--day', DAY, '--mine', ...view]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(`only ${ME}`);
      expect(stdout).not.toMatch(/secret|mine_com|4000[12]/);
    }
  });

  it('shows nothing of whoever had the uid before', () => {
    insertRecords(journal.db, [record(1, { user: 'secret_si' }), record(2, SECRET)]);
    for (const view of VIEWS) {
      const { status, stdout, stderr } = report(['--day', DAY, '--mine', ...view]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).not.toContain('secret');
    }
  });

  it('checks the own user alone', () => {
    recordAll();
    for (const format of ['table', 'json', 'csv', 'nagios']) {
      const { status, stdout, stderr } = report([
        ...['--mine', '--day', DAY, '--check', '0.001,0.002', '--format', format],
      ]);
      expect({ status, stderr }).toEqual({ status: format === 'nagios' ? 2 : 4, stderr: '' });
      expect(stdout).toContain(ME);
      expect(stdout).not.toMatch(/secret|4000[12]|98,?765|76,?543|175,?3/);
    }
  });

  it.each([[['--by', 'host']], [['--source', 'influx']], [['--fit']]])(
    'is refused with %j, wherever it is asked for',
    (args) => {
      recordAll();
      for (const run of [report(['--mine', ...args]), report(args, { PSUSAGE_MINE: '1' })]) {
        expect(run.status).toBe(2);
        expect(run.stdout).toBe('');
        expect(run.stderr).toMatch(/^psusage: .*\nhint: /);
        expect(run.stderr).not.toContain('secret');
      }
    },
  );

  it('is refused with the name of anybody, also the own', () => {
    recordAll();
    const { status, stderr } = report(['--mine', '--user', ME]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^psusage: --mine cannot be combined with --user\nhint: /);
  });

  it.runIf(canBecomeNobody())('knows the caller by what ps shows of the name', () => {
    const passwd = join(journal.folder, 'passwd');
    for (const name of ['a'.repeat(33), 'jože', 'ž'.repeat(16), 'fo\u{1b}o']) {
      writeFileSync(passwd, `${name}:x:${UID}:${UID}::/:/bin/sh\n`);
      const named = (command: string[]) => {
        const mount = 'mount --bind "$0" /etc/passwd && exec "$@"';
        const args = ['-m', 'sh', '-c', mount, passwd, ...SETPRIV, ...command];
        return spawnSync('unshare', args, { encoding: 'utf8' }).stdout;
      };
      const shown = named(['sh', '-c', 'LC_ALL=C ps -o user:32= -p $$']).trim();
      expect(shown).not.toBe(ME);
      insertRecords(journal.db, [record(1, { user: shown })]);
      report([]);
      const options = ['--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC'];
      const args = ['report', ...options, '--mine', '--day', DAY, '--format', 'json'];
      const mine: unknown = JSON.parse(named([process.execPath, CLI, ...args]));
      expect(mine).toMatchObject({ onlyUser: { user: shown, uid: UID } });
    }
  });

  it('comes from the environment too, where a name on the command line counts for more', () => {
    recordAll();
    const day = ['--day', DAY];
    expect(report(day, { PSUSAGE_MINE: '1' }).stdout).toContain(`only ${ME}`);
    expect(report(day, { PSUSAGE_MINE: '0' }).stdout).toContain('secret_com');
    const named = report([...day, '--user', 'secret_com'], { PSUSAGE_MINE: '1' });
    expect(named.stdout).toContain('only secret_com');
    const mine = report([...day, '--mine'], { PSUSAGE_REPORT_USER: 'secret_com' });
    expect(mine.stdout).toContain(`only ${ME}`);
  });
});
