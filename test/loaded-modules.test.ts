import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalBuilder, smallJournal } from './builders/journal.js';
import { startCli } from './cli.js';
import { startFaultyServer } from './servers/faulty.js';
import { temporaryFolder } from './temporary-folder.js';

let journal: JournalBuilder;
beforeAll(() => {
  journal = smallJournal();
});
afterAll(() => {
  journal.remove();
});

interface Loaded {
  /** Names of files in dist, in order. */
  files: string[];
  /** Names of packages, in order. */
  packages: string[];
  /** Paths below src, in order. */
  own: string[];
}

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

/** What a command loads, by V8's count of calls: the bundle has a function for each module, named by its path, that runs it. */
async function loadedBy(args: string[]): Promise<Loaded> {
  const folder = temporaryFolder();
  const run = startCli(args, { NODE_V8_COVERAGE: folder });
  expect(await run.ended, run.stderr()).toBe(0);
  const [file = ''] = readdirSync(folder);
  const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage;
  const functions = result.flatMap((script) => script.functions);
  const called = functions.filter(({ ranges }) => ranges.some(({ count }) => count > 0));
  const names = called.map(({ functionName }) => functionName);
  const urls = result.map(({ url }) => url);
  return {
    files: namesIn(urls, /\/dist\/(.*)$/),
    packages: namesIn(names, /^node_modules\/((?:@[^/]+\/)?[^/]+)\//),
    own: namesIn(names, /^src\/(.*)$/),
  };
}

function namesIn(texts: string[], shape: RegExp): string[] {
  return [...new Set(texts.flatMap((text) => shape.exec(text)?.[1] ?? []))].sort();
}

const report = (...args: string[]) => [
  ...['report', '--journal', journal.path, '--config', '/dev/null'],
  ...['--day', '2026-03-29', '--tz', 'UTC', ...args],
];

test('the version is told without loading anything else', async () => {
  expect(await loadedBy(['--version'])).toEqual({ files: ['cli.cjs'], packages: [], own: [] });
});

test('help loads what the command line needs, and nothing that a command does', async () => {
  const { packages, own } = await loadedBy(['--help']);
  expect(packages).toEqual(['commander', 'ms']);
  expect(own.filter((path) => /^(record|report)\//.test(path))).toEqual([
    'record/command.ts',
    'record/prune/command.ts',
    'record/prune/keep.ts',
    'record/salvage/command.ts',
    'record/ship/command.ts',
    'report/command.ts',
    'report/formats/render.ts',
    'report/models/budgets.ts',
    'report/options.ts',
    'report/output-option.ts',
    'report/status/command.ts',
    'report/top/command.ts',
  ]);
});

test('a report loads the libraries of its format, and nothing of the recorder', async () => {
  const common = ['@date-fns/tz', 'better-sqlite3', 'commander'];
  const json = await loadedBy(report('--format', 'json'));
  expect(json.packages).toEqual(common);
  const csv = await loadedBy(report('--format', 'csv'));
  expect(csv.packages).toEqual([...common, 'csv-stringify'].sort());
  const table = await loadedBy(report());
  const ofTables = [
    'string-width',
    'strip-ansi',
    'ansi-regex',
    'emoji-regex',
    'is-fullwidth-code-point',
  ];
  expect(table.packages).toEqual([...common, 'cli-table3', ...ofTables].sort());
  for (const { own } of [json, csv, table]) {
    const others =
      /^record|^report\/(data\/influx|make-fleet|make-page|page|(views|models)\/(trend|account|fit|fleet|hours|ledger|lifecycles|processes|replay|user\.))/;
    expect(own.filter((path) => others.test(path))).toEqual([]);
    expect(own.filter((path) => path.startsWith('shared/influx/'))).toEqual([
      'shared/influx/connection-options.ts',
    ]);
  }
});

test('a page loads a library for its axes, and nothing that draws tables or of the recorder', async () => {
  const { packages, own } = await loadedBy(report('--format', 'html'));
  expect(packages).toEqual(['@date-fns/tz', 'better-sqlite3', 'commander', 'd3-array']);
  expect(own.filter((path) => path.startsWith('record/'))).toEqual([]);
});

test('a trend loads the libraries of its format, and nothing of the recorder', async () => {
  const trend = (format: string) =>
    loadedBy(
      ['report', '--journal', journal.path, '--config', '/dev/null', '--days', '30'].concat(
        ...['--format', format],
      ),
    );
  const common = ['@date-fns/tz', 'better-sqlite3', 'commander'];
  const json = await trend('json');
  expect(json.packages).toEqual(common);
  expect(
    json.own.filter((path) => /^(record|report\/(data\/influx|table))\/|make-fleet/.test(path)),
  ).toEqual([]);
  expect((await trend('csv')).packages).toEqual([...common, 'csv-stringify'].sort());
});

test('the help of a report loads nothing but options', async () => {
  const { packages, own } = await loadedBy(['report', '--help']);
  expect(packages).toEqual(['commander']);
  expect(own.filter((path) => /^(record|report|shared\/influx)\//.test(path))).toEqual([
    'report/command.ts',
    'report/formats/render.ts',
    'report/models/budgets.ts',
    'report/options.ts',
    'report/output-option.ts',
    'shared/influx/connection-options.ts',
  ]);
});

test('a report of what a database has received loads its client, and not that of the journal', async () => {
  const influxdb = await startFaultyServer(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"results":[{}]}',
  }));
  const { packages, own } = await loadedBy(
    report('--source', 'influx', '--url', influxdb.url, '--database', 'psusage'),
  );
  await influxdb.stop();
  expect(packages).toContain('@influxdata/influxdb-client');
  expect(packages).not.toContain('better-sqlite3');
  expect(own.filter((path) => path.startsWith('record/'))).toEqual([]);
});

test('the recorder loads nothing of the report', async () => {
  const other = join(temporaryFolder(), 'psusage.db');
  const { packages, own } = await loadedBy([
    ...['record', 'no-such-program', '--for', '1s', '--journal', other],
  ]);
  expect(own.filter((path) => path.startsWith('report/'))).toEqual([]);
  expect(packages).not.toContain('cli-table3');
});

test('shipping loads the client of the database, and nothing of the recorder or the report', async () => {
  const { packages, own } = await loadedBy([
    ...['ship', '--journal', journal.path, '--config', '/dev/null'],
    ...['--url', 'http://127.0.0.1:9', '--database', 'psusage'],
  ]);
  expect(packages).toContain('@influxdata/influxdb-client');
  expect(packages).not.toContain('cli-table3');
  const others = own.filter((path) => /^(report|record\/(?!ship|output|bounded-cache))/.test(path));
  expect(others).toEqual([]);
});

test('pruning loads nothing of the recorder, of the report or of a database', async () => {
  const { packages, own } = await loadedBy([
    ...['prune', '--journal', journal.path, '--config', '/dev/null', '--keep', '90d'],
  ]);
  expect(packages).toEqual(['better-sqlite3', 'commander', 'ms']);
  const others = /^(report|record\/(?!prune|output|ship\/shipping-state))/;
  expect(own.filter((path) => others.test(path))).toEqual([]);
});
