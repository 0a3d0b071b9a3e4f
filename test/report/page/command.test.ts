import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JournalBuilder, smallJournal } from '../../builders/journal.js';
import { startCli } from '../../cli.js';
import { temporaryFolder } from '../../temporary-folder.js';

let journal: JournalBuilder;
beforeAll(() => {
  journal = smallJournal();
});
afterAll(() => {
  journal.remove();
});

async function report(...args: string[]) {
  const run = startCli([
    ...['report', '--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC'],
    ...args,
  ]);
  const status = await run.ended;
  return { status, stdout: run.stdout(), stderr: run.stderr() };
}

const DAY = ['--day', '2026-03-29'];

describe('psusage report --output', () => {
  it.each([
    [[...DAY, '--format', 'html'], '<!doctype html>'],
    [[...DAY, '--format', 'json'], '{\n  "schema": 1'],
    [[...DAY, '--format', 'csv'], 'host,'],
    [DAY, 'web1 '],
    [[...DAY, '--ledger', '--format', 'csv'], 'host,'],
    [['--days', '30', '--format', 'json'], '{\n  "schema": 1'],
    [['--fit', '--force', '--format', 'json'], '{\n  "schema": 1'],
  ])('writes %j to a file, and nothing to stdout', async (args, beginning) => {
    const folder = temporaryFolder();
    const file = join(folder, 'report');
    expect(await report(...args, '--output', file)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8').slice(0, beginning.length)).toBe(beginning);
    expect(readdirSync(folder)).toEqual(['report']);
  });

  it('takes - for stdout', async () => {
    const { stdout } = await report(...DAY, '--format', 'html', '--output', '-');
    expect(stdout).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
    expect(existsSync('-')).toBe(false);
  });

  it('exits with 1 and a hint where it can not be written', async () => {
    const { status, stderr } = await report(...DAY, '--output', '/nowhere/day.txt');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^psusage: cannot write \/nowhere\/day.txt: ENOENT.*\nhint: name a file/,
    );
  });

  it('refuses an empty name', async () => {
    const { status, stderr } = await report(...DAY, '--output', '');
    expect(status).toBe(2);
    expect(stderr).toContain('It must be the name of a file, or - for stdout.');
  });

  it('writes the file of a check too, and keeps its exit code', async () => {
    const file = join(temporaryFolder(), 'check');
    const args = ['--budget', '1c', '--check', '80,100', '--output', file];
    expect((await report(...DAY, ...args)).status).toBe(4);
    expect(readFileSync(file, 'utf8')).toContain('critical: foo_com');
  });
});

describe('psusage report --format html', () => {
  it('exits with 2 for what a page does not have', async () => {
    const { status, stdout, stderr } = await report('--format', 'html', '--fit');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^psusage: --fit cannot be combined with --format html\nhint: a page always has /,
    );
  });

  it('keeps the ledger by the terms of the command line', async () => {
    const { stdout } = await report(
      ...[...DAY, '--format', 'html', '--ledger', '--baseline', '5%', '--mode', 'unlimited'],
    );
    expect(stdout).toContain('With a baseline of 5\u{a0}% of a vCPU each (unlimited mode)');
  });
});
