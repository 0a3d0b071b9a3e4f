import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { threeDays } from '../../builders/credits.js';
import type { JournalBuilder } from '../../builders/journal.js';

const CLI = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

describe('psusage report --ledger and --fit', () => {
  let journal: JournalBuilder;
  beforeAll(() => {
    expect(existsSync(CLI), 'npm test builds first').toBe(true);
    journal = threeDays();
  });
  afterAll(() => {
    journal.remove();
  });

  function report(args: string[], env: Record<string, string> = {}): SpawnSyncReturns<string> {
    return spawnSync(
      process.execPath,
      [CLI, 'report', '--journal', journal.path, '--config', '/dev/null', ...args],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], COLUMNS: '100', TZ: 'UTC', ...env } },
    );
  }

  it('prints the ledger of a day, with the baseline and the mode that are asked for', () => {
    const { status, stdout, stderr } = report([
      ...['--ledger', '--day', '2026-03-30', '--baseline', '12.5%', '--mode', 'unlimited'],
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('2 vCPUs · baseline 12.5 % of a vCPU · unlimited mode');
    expect(stdout).toContain('each user 7.5, at most 180 · host: 15, at most 360');
  });

  it('has a baseline of 20 % and standard mode unless asked', () => {
    const { stdout } = report(['--ledger', '--day', '2026-03-30']);
    expect(stdout).toContain('baseline 20 % of a vCPU · standard mode');
  });

  it('takes today for the ledger, and the last recorded days for the fit', () => {
    expect(report(['--ledger']).stdout).toContain('nothing was recorded on this day');
    expect(report(['--fit', '--force']).stdout).toContain('27 – 30 Mar 2026 (4 days)');
    expect(report(['--fit', '--force', '--day', '2026-03-29']).stdout).toContain(
      'Sun 29 Mar 2026 · UTC',
    );
    const fromEnvironment = report([], {
      PSUSAGE_FIT: '1',
      PSUSAGE_FORCE: '1',
      PSUSAGE_DAY: '2026-03-29',
    });
    expect(fromEnvironment.stdout).toContain('smallest size that never throttles');
  });

  it.each(['table', 'json', 'csv'])(
    'names no size from less than seven days, as %s either',
    (format) => {
      const { status, stdout, stderr } = report(['--fit', '--format', format]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(
        /^psusage: only \d days? (is|are) recorded: .*seven whole days.*\nhint: show the sizes anyway with --force/,
      );
      expect(report(['--fit', '--force']).stdout).toContain('too little to choose a size');
      const { stdout: json } = report(['--fit', '--force', '--format', 'json']);
      expect(JSON.parse(json)).toMatchObject({ tooShort: true });
      const { stdout: csv } = report(['--fit', '--force', '--format', 'csv']);
      expect(csv).toMatch(/^host,.*,too_short\n(web1,.*,1\n)+$/);
    },
  );

  it.each(['json', 'csv'])('gives programs %s', (format) => {
    for (const view of ['--ledger', '--fit']) {
      const force = view === '--fit' ? ['--force'] : [];
      const { status, stdout } = report([
        view,
        ...force,
        '--day',
        '2026-03-30',
        '--format',
        format,
      ]);
      expect(status).toBe(0);
      if (format === 'json') expect(JSON.parse(stdout)).toMatchObject({ schema: 1, host: 'web1' });
      else expect(stdout).toMatch(/^host,from,to,/);
    }
  });

  it.each([
    [['--ledger', '--baseline', '0'], 'more than 0 %'],
    [['--ledger', '--baseline', '101%'], 'no more than 100 %'],
    [['--ledger', '--baseline', 'much'], 'more than 0 %'],
    [['--ledger', '--mode', 'free'], 'standard, unlimited'],
    [['--fit', '--day', 'yesturday'], "'yesturday' is not a day"],
    [['--ledger', '--day', '2026-03-01'], 'before the first recording'],
  ])('exits with 2 for %j', (args, message) => {
    const { status, stdout, stderr } = report(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('exits with 1 where there is no journal', () => {
    for (const view of ['--ledger', '--fit']) {
      expect(report([view, '--journal', '/nowhere/psusage.db']).status).toBe(1);
    }
  });
});
