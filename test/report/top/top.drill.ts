import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLI, until } from '../../cli.js';
import { burn, newJournal, number, record, TICKED } from '../../record/recording.js';

let servers = 0;
let socket = '';

// One that ends may still have its name.
beforeEach(() => {
  socket = `psusage-test-${process.pid}-${++servers}`;
});

/** A terminal of its own; needs tmux. */
function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-f', '/dev/null', '-L', socket, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
  });
}

const screen = () => tmux('capture-pane', '-p');
const press = (key: string) => tmux('send-keys', key);
const has = (text: string | RegExp) => until(() => new RegExp(text).test(screen()), 15_000);

afterEach(() => {
  try {
    tmux('kill-server');
  } catch {
    // It has ended with its last window.
  }
});

test('a user of a terminal chooses a user, sees the processes, goes back, and gets the terminal back', async () => {
  const { folder, journal } = newJournal();
  const program = 'burn-on-screen';
  const pid = burn(folder, program, 60);
  record(journal, [program]);
  await until(() => number(journal, TICKED) === 1);
  const top = `NO_COLOR=1 ${process.execPath} ${CLI} --config /dev/null top --journal ${journal}`;
  tmux('new-session', '-d', '-x', '80', '-y', '20', `${top}; echo "ended $?"; sleep 60`);
  await has(/> \S+ +\d+(\.\d+)? %/);
  press('Enter');
  await has(`${program} +${pid}`);
  tmux('resize-window', '-x', '44', '-y', '12');
  await has(/^process.*\n(.*\n)*?─{20,44}$/m);
  expect(
    Math.max(
      ...screen()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(44);
  press('Escape');
  await has('> ');
  press('q');
  await has('ended 0');
  expect(screen()).not.toContain('credits');
});

test('reaches each of more processes than the terminal has lines for, and is stopped and goes on', async () => {
  const { folder, journal } = newJournal();
  for (const name of 'abcdefghi') burn(folder, `burn-${name}`, 1);
  record(journal, ['burn-*']);
  // Each has a sleep that goes on.
  await until(() => number(journal, 'SELECT count(*) FROM followed') === 18);
  const uid = `uid:${process.getuid?.() ?? 0}`;
  const top = `${process.execPath} ${CLI} --config /dev/null top --user ${uid} --journal ${journal}`;
  tmux('new-session', '-d', '-x', '80', '-y', '14', 'env PS1=ready: bash --norc');
  tmux('send-keys', '-l', top);
  press('Enter');
  await has(/^> .*\n(.*\n)* 1–\d of 18 · q ends/m);
  tmux('send-keys', ...Array<string>(17).fill('Down'));
  await has(/^> .*\n \d+–18 of 18 · q ends/m);
  press('PageUp');
  await has(/^> .*\n( .*\n)+ \d+–\d+ of 18 · q ends/m);
  press('C-z');
  await has(/Stopped(.*\n)*ready:/);
  tmux('send-keys', '-l', 'stty -a | grep -o " icanon"; fg');
  press('Enter');
  await has(/of 18 · q ends/);
  press('q');
  await has(/icanon(.*\n)*ready:/);
});

test('prints once where the terminal can draw no screen', async () => {
  const { journal } = newJournal();
  const top = `TERM=dumb ${process.execPath} ${CLI} --config /dev/null top --journal ${journal}`;
  tmux('new-session', '-d', '-x', '80', '-y', '20', `${top}; echo "ended $?"; sleep 60`);
  await has('ended 0');
  expect(screen()).toContain('credits');
});

test('ends when its terminal is gone, with the recording that it has made for itself', async () => {
  const { journal } = newJournal();
  const top = `exec ${process.execPath} ${CLI} --config /dev/null top --journal ${journal}`;
  tmux('new-session', '-d', '-x', '80', '-y', '20', top);
  const pid = Number(tmux('list-panes', '-F', '#{pane_pid}'));
  await has('no recorder runs');
  tmux('kill-server');
  await until(() => !isThere(pid), 5_000);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
