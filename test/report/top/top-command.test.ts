import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli, until } from '../../cli.js';
import { burn, newJournal, number, record, TICKED } from '../../record/recording.js';

interface Top {
  recording: boolean;
  users?: { user: string; nowPercent: number; credits: number }[];
  processes?: { command: string; nowPercent: number }[];
}

async function printTop(args: string[]): Promise<Top> {
  const top = startCli(['top', '--format', 'json', '--config', '/dev/null', ...args]);
  expect(await top.ended).toBe(0);
  return JSON.parse(top.stdout()) as Top;
}

/** Recordings that a top has made for itself. */
const asides = () => readdirSync('/dev/shm').filter((name) => name.startsWith('psusage-top-'));

test('shows who uses the CPU now from the journal of a recorder, and the processes of one user', async () => {
  const { folder, journal } = newJournal();
  const program = 'burn-for-top';
  const pid = burn(folder, program, 30);
  record(journal, [program]);
  await until(() => number(journal, TICKED) === 1);
  const all = await printTop(['--journal', journal]);
  expect(all.recording).toBe(true);
  expect(all.users).toHaveLength(1);
  expect(all.users?.[0]?.nowPercent).toBeGreaterThan(5);
  const shown = startCli(['top', '--once', '--journal', journal]);
  expect(await shown.ended).toBe(0);
  expect(shown.stdout()).toContain(`processes recorded: ${program} with forks`);
  const uid = `uid:${process.getuid?.() ?? 0}`;
  const one = await printTop(['--journal', journal, '--user', uid]);
  expect(one.users).toBeUndefined();
  expect(one.processes).toMatchObject([{ pid, command: program }]);
  expect(one.processes?.[0]?.nowPercent).toBeGreaterThan(5);
  const pattern = startCli(['top', '--once', '--journal', journal, '--user', 'ro*']);
  expect(await pattern.ended).toBe(2);
  expect(pattern.stderr()).toContain("'ro*' is a pattern");
  const unknown = startCli(['top', '--once', '--journal', journal, '--user', 'nobody-such']);
  expect(await unknown.ended).toBe(2);
  expect(unknown.stderr()).toContain("nothing of user 'nobody-such' is recorded");
});

test('samples by itself where no recorder runs, and leaves nothing behind', async () => {
  const { folder } = newJournal();
  const before = asides();
  const journal = join(folder, 'none.db');
  burn(folder, 'burn-for-top', 30);
  const top = startCli(['top', '--once', '--config', '/dev/null', '--journal', journal]);
  expect(await top.ended).toBe(0);
  expect(top.stdout()).toContain('no recorder runs');
  expect(top.stdout()).toMatch(/\d %/);
  expect(readdirSync(folder)).toEqual(['burn-for-top']);
  expect(asides()).toEqual(before);
});

test('leaves nothing behind where nobody reads it, and removes what one that was killed has left', async () => {
  const { folder } = newJournal();
  const before = asides();
  const args = ['top', '--once', '--config', '/dev/null', '--journal', join(folder, 'none.db')];
  const killed = startCli(args);
  const left = () => asides().filter((name) => name.includes(`-${killed.child.pid}-`));
  await until(() => left().length === 1);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(left()).toHaveLength(1);
  const unread = startCli(args);
  unread.child.stdout?.destroy();
  expect(await unread.ended).toBe(0);
  expect(asides()).toEqual(before);
});

test('ends on SIGTERM in the middle of that, too', async () => {
  const { folder } = newJournal();
  const before = asides();
  const journal = join(folder, 'none.db');
  const top = startCli(['top', '--once', '--config', '/dev/null', '--journal', journal]);
  await until(() => asides().length > before.length);
  top.child.kill('SIGTERM');
  await top.ended;
  expect(asides()).toEqual(before);
});
