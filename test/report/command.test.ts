import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../builders/journal.js';

const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const DAY = '2026-03-29';
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** From util-linux; runs a command on a terminal of its own. */
const SCRIPT = '/usr/bin/script';

describe('psusage report', () => {
  beforeAll(() => {
    expect(existsSync(CLI), 'npm test builds first').toBe(true);
  });

  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1001, started: 12, cpuMs: 61_250 });
  });
  afterEach(() => {
    journal.remove();
  });

  function report(
    args: string[],
    options: { env?: Record<string, string>; uid?: number } = {},
  ): SpawnSyncReturns<string> {
    return spawnSync(
      process.execPath,
      [CLI, 'report', '--journal', journal.path, '--config', config(), ...args],
      {
        encoding: 'utf8',
        env: {
          ...{ PATH: process.env['PATH'], COLUMNS: '100', TZ: 'Europe/Ljubljana' },
          ...options.env,
        },
        ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      },
    );
  }

  /** A config file that may be empty keeps the one of the machine out of the tests. */
  function config(toml = ''): string {
    const path = join(journal.folder, 'psusage.toml');
    if (toml !== '' || !existsSync(path)) writeFileSync(path, toml);
    chmodSync(path, 0o644);
    return path;
  }

  it('prints the table to stdout, nothing to stderr, and exits with 0', () => {
    const { status, stdout, stderr } = report(['--day', DAY]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^foo_com +1\.02 +0\.04 % +0:01:01 +12$/m);
    expect(stdout).toContain('Sun 29 Mar 2026 (23 hours) · Europe/Ljubljana');
  });

  it.runIf(existsSync(SCRIPT))(
    'is as wide as the terminal of its pager (needs util-linux’s script)',
    () => {
      for (const columns of [60, 72]) {
        const args = `--journal ${journal.path} --config ${config()} --day ${DAY}`;
        const command = `stty cols ${columns}; ${process.execPath} ${CLI} report ${args} --verbose | cat`;
        const { stdout } = spawnSync(SCRIPT, ['-qc', command, '/dev/null'], {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], TZ: 'Europe/Ljubljana' },
        });
        const lines = stdout.split('\r\n');
        expect(lines.some((line) => line.startsWith('foo_com '))).toBe(true);
        expect(lines.join(' ')).toContain('left out at this width: ');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(columns - 12);
      }
    },
  );

  it('shows the same days whatever the time zone of the process', () => {
    const zones = ['UTC', 'America/New_York', 'Australia/Lord_Howe'];
    const outputs = zones.map(
      (TZ) => report(['--day', DAY, '--tz', 'Europe/Ljubljana'], { env: { TZ } }).stdout,
    );
    expect(new Set(outputs).size).toBe(1);
  });

  it('takes today when --day stands alone or is not there', () => {
    for (const args of [['--day'], []]) {
      const { status, stdout } = report(args);
      expect(status).toBe(0);
      expect(stdout).toContain('last recorded before: Monday 30 March 2026, 14:00');
    }
  });

  it.each([
    [['--day', 'yesturday'], "'yesturday' is not a day"],
    [['--day', '2026-02-30'], 'there is no 2026-02-30 in the calendar'],
    [['--day', '2999-01-01'], '2999-01-01 is in the future'],
    [['--day', '2026-03-27'], '2026-03-27 is before the first recording'],
  ])('exits with 2 for %j and names the first recorded day', (args, message) => {
    const { status, stdout, stderr } = report(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`psusage: ${message}`);
    expect(stderr).toMatch(/^hint: .*the first recorded day is 2026-03-28$/m);
  });

  it.each([
    [['--tz', 'Europe/Lubljana']],
    [['--top', '0']],
    [['--top', 'ten']],
    [['--by', 'colour']],
    [['--format', 'xml']],
    [['--sort', 'luck']],
    [['--from', DAY, '--to', '2026-03-28']],
    [['--nonsense']],
    [['--source', 'somewhere']],
    [['--user', 'fo_com', '--day', DAY]],
    [['--user', 'foo_com', '--day', DAY, '--by', 'host']],
  ])('exits with 2 for %j', (args) => {
    const { status, stdout, stderr } = report(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^psusage: /);
  });

  it('exits with 2 for a misspelt day even where there is no journal', () => {
    const { status, stderr } = report(['--journal', '/nowhere/psusage.db', '--day', 'tomorow']);
    expect(status).toBe(2);
    expect(stderr).toContain("'tomorow' is not a day");
  });

  it('exits with 1 where there is no journal, or none with samples', () => {
    expect(report(['--journal', '/nowhere/psusage.db']).status).toBe(1);
    journal.remove();
    journal = new JournalBuilder().run({ from: '2026-03-28T10:00:00Z', to: null });
    const { status, stderr } = report(['--day', DAY]);
    expect(status).toBe(1);
    expect(stderr).toContain('holds no samples yet');
    expect(stderr).toContain('hint: start recording with: psusage record');
  });

  it('says which journal is damaged, and what to do first', () => {
    const page = journal.db
      .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'usage'")
      .pluck()
      .get();
    journal.close();
    const bytes = readFileSync(journal.path);
    writeFileSync(journal.path, bytes.fill(0xff, ((page ?? 0) - 1) * 4_096, (page ?? 0) * 4_096));
    const { status, stdout, stderr } = report(['--day', DAY]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`psusage: cannot read the journal ${journal.path}: database disk`);
    expect(stderr).toContain('hint: the journal is damaged');
  });

  it('takes each flag from the environment, and before that from the command line', () => {
    const env = {
      PSUSAGE_FROM: DAY,
      PSUSAGE_TO: DAY,
      PSUSAGE_FORMAT: 'csv',
      PSUSAGE_BY: 'program',
      PSUSAGE_TZ: 'UTC',
    };
    expect(report([], { env }).stdout).toContain(',php-fpm,12,');
    const day = JSON.parse(
      report(['--day', '2026-03-28', '--format', 'json'], { env }).stdout,
    ) as unknown;
    expect(day).toMatchObject({ from: '2026-03-28T00:00:00+00:00', programs: [] });
  });

  it('takes several budgets from the environment, and none that is nonsense', () => {
    const args = ['--day', DAY, '--format', 'json'];
    const spent = report(args, { env: { PSUSAGE_BUDGET: '20%, foo_com=288c' } });
    expect(JSON.parse(spent.stdout)).toMatchObject({ users: [{ budgetUtilSeconds: 1_728_000 }] });
    const nonsense = report(args, { env: { PSUSAGE_BUDGET: 'foo_com=288c, 20 per cent' } });
    expect(nonsense.status).toBe(2);
    expect(nonsense.stderr).toContain("'20 per cent' is not a budget");
    const uid = report([...args, '--budget', 'uid:x=1%']);
    expect(uid).toMatchObject({ status: 2, stdout: '' });
    expect(uid.stderr).toBe(
      "psusage: 'uid:x' is not a uid\nhint: write uid: and a number, such as uid:1001\n",
    );
  });

  it('takes each flag from the config file where nobody says otherwise', () => {
    config(`[report]\nday = "${DAY}"\nformat = "csv"\ntop = 1\n`);
    expect(report([]).stdout).toContain('foo_com,1001,12,');
    expect(report(['--from', DAY, '--to', DAY, '--format', 'table']).stdout).toContain('budget');
  });

  it('tells all about one user, or one thing of that user where it is named', () => {
    journal.process(1, '2026-03-29T09:00:00Z').credit({
      ...{ processId: 1, uid: 1001, from: '2026-03-29T09:00:00Z', to: '2026-03-29T09:10:00Z' },
    });
    const { status, stdout, stderr } = report(['--day', DAY, '--user', 'foo_com']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const line of [
      /^web1 · only foo_com · /,
      /^php-fpm +1\.02 .* 12$/,
      /^11:00 /,
      /^php-fpm8\.2 +1001 /,
    ]) {
      expect(stdout).toMatch(new RegExp(line, 'm'));
    }
    const args = ['--day', DAY, '--user', '1001', '--format', 'json'];
    const programs = JSON.parse(report([...args, '--by', 'program']).stdout) as unknown;
    expect(programs).toMatchObject({
      onlyUser: { user: 'foo_com', uid: 1001 },
      programs: [{ program: 'php-fpm', processes: 12, cpuSeconds: 61.25 }],
      total: { processes: 12, cpuSeconds: 61.25 },
    });
    const processes = JSON.parse(report([...args, '--by', 'process']).stdout) as unknown;
    expect(processes).toMatchObject({ lifecycles: [{ pid: 1_001, durationSeconds: 46_800 }] });
    const env = { PSUSAGE_REPORT_USER: 'foo_com', PSUSAGE_BY: 'program' };
    expect(report(['--day', DAY], { env: { PSUSAGE_BY: 'program' } }).stdout).not.toContain('only');
    expect(report(['--day', DAY], { env }).stdout).toMatch(
      /only foo_com(.|\n)*^php-fpm +1\.02 .* 12$/m,
    );
  });

  it('is as wide as COLUMNS says where stdout is no terminal', () => {
    const { stdout } = report(['--day', DAY], { env: { COLUMNS: '60' } });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('ends quietly when its reader goes away', () => {
    for (let uid = 2_000; uid < 4_000; uid += 1) {
      journal.user(uid, `user-${uid}`).usage({ at: '2026-03-29T09:00:00Z', uid, started: 1 });
    }
    const command = `"$0" "$1" report --journal "$2" --day ${DAY} --format json | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', command, process.execPath, CLI, journal.path],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('{\n0\n');
  });

  it('shows how it is called, with examples', () => {
    const { status, stdout } = report(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('psusage report --from 2026-03-01 --to 2026-03-31 --format csv');
    expect(stdout).toContain('PSUSAGE_TZ');
  });

  describe('by a user who may only read', () => {
    /** Root is let in everywhere, so the right that a reader lacks is taken by becoming nobody. */
    const uid = isRoot ? NOBODY : undefined;

    function letRead(): void {
      chmodSync(journal.folder, 0o555);
      for (const suffix of ['', '-wal', '-shm']) {
        if (existsSync(journal.path + suffix)) chmodSync(journal.path + suffix, 0o444);
      }
    }

    afterEach(() => {
      chmodSync(journal.folder, 0o755);
    });

    function expectReport(): void {
      const { status, stdout, stderr } = report(
        ['--day', DAY, '--format', 'csv'],
        uid === undefined ? {} : { uid },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('foo_com,1001,12,');
    }

    it('reads a journal while a recorder has it open', () => {
      config();
      letRead();
      expectReport();
    });

    it('reads a journal that a recorder has closed', () => {
      config();
      journal.close();
      letRead();
      expectReport();
    });

    it('reads a journal that was left in WAL mode without its log', () => {
      config();
      const reader = new Database(journal.path, { readonly: true });
      reader.prepare('SELECT count(*) FROM usage').get();
      journal.close();
      reader.close();
      letRead();
      expectReport();
    });
  });

  it('never writes: the journal stays as it is, byte for byte', () => {
    journal.close();
    const before = readFileSync(journal.path);
    for (const format of ['table', 'json', 'csv']) report(['--day', DAY, '--format', format]);
    expect(readFileSync(journal.path).equals(before)).toBe(true);
    expect(existsSync(`${journal.path}-wal`)).toBe(false);
  });
});
