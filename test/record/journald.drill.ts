import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CLI } from '../cli.js';
import { newJournal } from './recording.js';

/** All that was started there ends with its first process. */
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * A journal of systemd's of its own, in a mount namespace: the recorder logs to it as a service does, and is held
 * up for longer than an interval.
 */
const SCRIPT = `
set -eu
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal
/lib/systemd/systemd-journald &
journald=$!
until [ -S /run/systemd/journal/stdout ]; do sleep 0.1; done
systemd-cat --identifier=psusage sh -c '
  export JOURNAL_STREAM=$(stat -L -c %d:%i /dev/stderr)
  "$@" & echo $! >/run/pid; wait' sh "$@" &
until journalctl -q -t psusage -o cat | grep -q recording; do sleep 0.2; done
sleep 2
kill -STOP $(cat /run/pid); sleep 3; kill -CONT $(cat /run/pid)
sleep 2
kill -TERM $(cat /run/pid)
wait $!
journalctl -q -t psusage -p warning -o cat
kill $journald`;

test('journalctl -p warning finds a gap in the recording, and nothing of less weight', () => {
  const { journal } = newJournal();
  const recorder = [process.execPath, CLI, 'record', '--journal', journal];
  const said = execFileSync('unshare', [...NAMESPACES, 'bash', '-c', SCRIPT, 'bash', ...recorder], {
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(said).toMatch(/^a gap in the recording reason=late seconds=\d/m);
  expect(said).not.toMatch(/^recording |^stopped/m);
});
