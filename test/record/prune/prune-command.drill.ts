import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openJournal } from '../../../src/shared/journal/open.js';
import { type CliRun, startCli, until } from '../../cli.js';
import { journalOf, record } from '../ship/journal-to-ship.js';

const LIVES = 6_000;

/** A journal of short lifecycles of long ago, as a recorder left it. */
function oldJournal(lives = LIVES): string {
  const records = Array.from({ length: lives }, (_, at) => record({ pid: 100 + at }));
  return journalOf(records).close().path;
}

function prune(journal: string, ...args: string[]): CliRun {
  return startCli(['prune', '--journal', journal, '--config', '/dev/null', ...args]);
}

function recordsIn(journal: string): number {
  const db = new Database(journal, { readonly: true });
  try {
    return db.prepare<[], number>('SELECT count(*) FROM credit').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

function sizeOf(journal: string): number {
  const db = new Database(journal, { readonly: true });
  try {
    return Number(db.pragma('page_count', { simple: true }));
  } finally {
    db.close();
  }
}

it('says in one line what went, and gives its space back', async () => {
  const journal = oldJournal();
  const before = sizeOf(journal);
  const run = prune(journal, '--keep', '90d');
  expect(await run.ended, run.stderr()).toBe(0);
  expect(run.stdout()).toMatch(
    /^pruned 5,999 records and 5,999 processes from before \S+Z, [\d.]+ MiB freed, in [\d.]+ s\n$/,
  );
  expect(recordsIn(journal)).toBe(1);
  expect(sizeOf(journal)).toBeLessThan(before / 2);
});

it('tells what would go, and leaves it', async () => {
  const journal = oldJournal();
  const run = prune(journal, '--keep', '90d', '--dry-run');
  expect(await run.ended, run.stderr()).toBe(0);
  expect(run.stdout()).toMatch(/^would prune 5,999 records from before \S+Z\n$/);
  expect(recordsIn(journal)).toBe(LIVES);
});

it('wants to be told how long records are kept, and sums not shorter than those', async () => {
  const journal = oldJournal(1);
  const untold = prune(journal);
  expect(await untold.ended).toBe(2);
  expect(untold.stderr()).toContain('psusage prune --keep 90d');
  const short = prune(journal, '--keep', '90d', '--keep-sums', '30d');
  expect(await short.ended).toBe(2);
  const none = prune(`${journal}-none`, '--keep', '90d');
  expect(await none.ended).toBe(1);
  expect(none.stderr()).toContain('there is no journal');
});

it('two at once prune each record once', async () => {
  const journal = oldJournal();
  const runs = [prune(journal, '--keep', '90d'), prune(journal, '--keep', '90d')];
  for (const run of runs) expect(await run.ended, run.stderr()).toBe(0);
  expect(recordsIn(journal)).toBe(1);
});

it('a run that is killed has pruned whole pieces, and the next one does the rest', async () => {
  const journal = oldJournal(8_000);
  const killed = prune(journal, '--keep', '90d');
  await until(() => recordsIn(journal) < 8_000);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const left = recordsIn(journal);
  expect(left % 500).toBe(0);
  const db = openJournal(journal, 0);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
  const next = prune(journal, '--keep', '90d');
  expect(await next.ended, next.stderr()).toBe(0);
  expect(recordsIn(journal)).toBe(1);
});

it('a signal ends it after a piece, and it says so', async () => {
  const journal = oldJournal(8_000);
  const run = prune(journal, '--keep', '90d');
  await until(() => recordsIn(journal) < 8_000);
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(1);
  expect(run.stdout()).toMatch(/^pruned /);
  expect(run.stderr()).toContain('the next run continues from here');
});
