import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { CLI, until } from '../../cli.js';
import { burn, newJournal, number, record, TICKED } from '../../record/recording.js';

const SOCKET = `psusage-test-${process.pid}`;

/** A terminal of its own; needs tmux. */
function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-f', '/dev/null', '-L', SOCKET, ...args], {
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
