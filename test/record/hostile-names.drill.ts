import { execFileSync, spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { startCli, until } from '../cli.js';
import { faultsOf } from '../invariants.js';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { newJournal, number, record } from './recording.js';

/** Bytes that a process calls itself by, 15 at most. */
const NAMES: Record<string, string> = {
  'a line end': 'two\\nlines',
  'an escape sequence': '\\x1b[2J\\x1b[31mred',
  'a title for the terminal': '\\x1b]0;pwned\\x07',
  'a carriage return': 'good\\rroot',
  'a right-to-left mark': 'gpj\\xe2\\x80\\xaeexe',
  'bytes that are no UTF-8': 'm\\xfc\\xff\\xfe\\xc3',
  HTML: '<b>&amp;</b>',
  'a formula': '=1+2,"x"',
  'line protocol': 'a=1i,b=\\\\ c',
};

/** Takes each name in a fork of its own, and burns CPU time under it. */
const SOURCE = `
import ctypes, os, sys, time
libc = ctypes.CDLL(None)
PR_SET_NAME = 15
for text in sys.argv[1:]:
    if os.fork() == 0:
        name = text.encode().decode('unicode_escape').encode('latin-1')
        libc.prctl(PR_SET_NAME, name, 0, 0, 0)
        end = time.monotonic() + 300
        while time.monotonic() < end and os.getppid() != 1:
            if time.process_time() > 1:
                time.sleep(0.1)
        os._exit(0)
libc.prctl(PR_SET_NAME, b'hostile-master', 0, 0, 0)
time.sleep(300)
`;

/** Everything but text, spaces and line ends. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

const running: number[] = [];

afterEach(endHostile);

const COMPLETE = 'SELECT count(*) FROM credit WHERE state = 2';

function endHostile(): void {
  for (const pid of running.splice(0)) process.kill(-pid, 'SIGKILL');
}

function startHostile(): void {
  const child = spawn('python3', ['-c', SOURCE, ...Object.values(NAMES)], {
    detached: true,
    stdio: 'ignore',
  });
  if (child.pid !== undefined) running.push(child.pid);
}

async function output(args: string[]): Promise<string> {
  const run = startCli(args);
  expect(await run.ended).toBe(0);
  expect(run.stderr().replaceAll('\n', '')).not.toMatch(HARMFUL);
  return run.stdout();
}

test('names that are meant to harm harm neither terminal, CSV, JSON, line protocol nor journal', async () => {
  const { journal } = newJournal();
  startHostile();
  const recorder = record(journal, ['hostile-master']);
  const names = Object.keys(NAMES).length;
  const used = 'SELECT count(*) FROM process WHERE cpu_ms > 50';
  await until(() => number(journal, used) >= names, 60_000);
  endHostile();
  await until(() => number(journal, COMPLETE) >= names, 60_000);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(recorder.stderr().replaceAll('\n', '')).not.toMatch(HARMFUL);

  const db = openJournalReadOnly(journal);
  expect(faultsOf(db)).toEqual({});
  db.close();

  const report = ['report', '--journal', journal, '--by', 'command'];
  const table = await output(report);
  expect(table.replaceAll('\n', '')).not.toMatch(HARMFUL);
  expect(table).toContain('<b>&amp;</b>');

  const csv = await output([...report, '--format', 'csv']);
  expect(csv.replaceAll('\n', '').replaceAll('\r', '')).not.toMatch(HARMFUL);
  const script = 'import csv, sys; print({len(row) for row in csv.reader(sys.stdin) if row})';
  expect(execFileSync('python3', ['-c', script], { input: csv, encoding: 'utf8' })).toMatch(
    /^\{\d+\}\n$/,
  );

  const json = await output([...report, '--format', 'json']);
  expect(json.replaceAll('\n', '')).not.toMatch(HARMFUL);
  expect(JSON.parse(json)).toMatchObject({ schema: 1 });

  const lines = await output(['ship', '--journal', journal, '--dry-run']);
  expect(lines.match(/^cpu_credit,/gm)?.length).toBeGreaterThanOrEqual(names);
  expect(lines.replaceAll('\n', '')).not.toMatch(HARMFUL);
}, 180_000);
