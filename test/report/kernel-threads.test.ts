import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalBuilder } from '../builders/journal.js';
import { csvOf, jsonOf, tableOf } from '../builders/report.js';

const wholeDay = { from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' };
const AT = '2026-03-29T09:00:00Z';
const KERNEL = ['kthreadd', 'kworker', 'ksoftirqd'];

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder().run(wholeDay).user(0, 'root').user(1001, 'foo_com');
  for (const program of KERNEL) usage(program, 0, 120_000);
  usage('php-fpm', 1001, 600_000);
  for (const program of ['sleep', 'true', 'ls']) usage(program, 1001, 100);
});
afterEach(() => {
  journal.remove();
});

function usage(program: string, uid: number, cpuMs: number): void {
  journal.usage({ at: AT, uid, program, command: program, started: 1, cpuMs });
}

function markKernelPrograms(programs: readonly string[]): void {
  const insert = journal.db.prepare(
    'INSERT INTO kernel_program SELECT name_id, 0 FROM name WHERE name = ?',
  );
  for (const program of programs) insert.run(program);
}

const labels = (table: string) =>
  [...table.matchAll(/^(\(?[a-z][\w-]*(?:: \d+| threads)?\)?) +[<\d]/gm)].map(([, label]) => label);

it('kernel threads are one row of a whole host, and rows that round to nothing are among the others', async () => {
  markKernelPrograms(KERNEL);
  const table = await tableOf(journal, { by: 'program' });
  expect(labels(table)).toEqual(['php-fpm', '(kernel threads)', '(others: 3)', 'total']);
  expect(table).toMatch(/^\(kernel threads\) +6\.00 .* 0:06:00 +3$/m);
  expect(table).toMatch(/^total +16\.0 .* 0:16:00 +7$/m);
});

it('each is shown by itself with --verbose, in JSON and in CSV', async () => {
  markKernelPrograms(KERNEL);
  const verbose = await tableOf(journal, { by: 'program', verbose: true });
  expect(labels(verbose)).toEqual(expect.arrayContaining([...KERNEL, 'true', 'ls']));
  const { programs } = (await jsonOf(journal, { by: 'program' })) as { programs: unknown[] };
  expect(programs).toHaveLength(7);
  expect((await csvOf(journal, { by: 'program' })).join('\n')).toContain('ksoftirqd');
});

it('a user’s process that calls itself as one is none of them', async () => {
  markKernelPrograms(KERNEL);
  usage('kworker', 1001, 300_000);
  const table = await tableOf(journal, { by: 'program' });
  expect(labels(table)).toEqual(['php-fpm', 'kworker', '(kernel threads)', '(others: 3)', 'total']);
});

it('--top counts the kernel as one', async () => {
  markKernelPrograms(KERNEL);
  const table = await tableOf(journal, { by: 'program', top: 2 });
  expect(labels(table)).toEqual(['php-fpm', '(kernel threads)', '(others: 3)', 'total']);
});

it('a process that calls itself so is told from their row', async () => {
  markKernelPrograms(KERNEL);
  usage('(kernel)', 1001, 300_000);
  const table = await tableOf(journal, { by: 'program' });
  const names = ['php-fpm', '(kernel threads)', '(kernel)', '(others: 3)', 'total'];
  expect(labels(table)).toEqual(names);
});

it.each([
  ['some users', { users: ['root', 'foo_com'] }, true],
  ['some programs', { programs: ['k*', 'php-fpm'] }, false],
])('where %s are recorded they are one row: %j, %j', async (_, only, expected) => {
  markKernelPrograms(KERNEL);
  journal.db.prepare('DELETE FROM recorder_run').run();
  journal.run({ ...wholeDay, ...only });
  const table = await tableOf(journal, { by: 'program' });
  expect(labels(table).includes('(kernel threads)')).toBe(expected);
  expect(labels(table).includes('kworker')).toBe(!expected);
});
