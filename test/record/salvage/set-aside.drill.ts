import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closeJournal } from '../../../src/shared/journal/open.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { startCli, until } from '../../cli.js';
import { burn, PROGRAM, record as startRecorder } from '../recording.js';
import { record } from '../ship/journal-to-ship.js';
import { overwritePage, rowsOf } from './damaged.js';

const FROM_MS = Date.UTC(2026, 2, 29);

/** A day of a hundred processes, a quarter-hour each. */
function recordedDay(): { journal: string; folder: string } {
  const { db, path: journal, folder } = new JournalBuilder();
  const records = Array.from({ length: 100 }, (_, at) => {
    const fromMs = FROM_MS + (at % 96) * QUARTER_HOUR_MS;
    return record({ pid: 1_000 + at, fromMs, toMs: fromMs + QUARTER_HOUR_MS, cpuMs: 10_000 + at });
  });
  insertRecords(db, records);
  closeJournal(db);
  return { journal, folder };
}

async function run(args: string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  const cli = startCli([...args, '--config', '/dev/null'], { TZ: 'UTC' });
  const exitCode = await cli.ended;
  return { exitCode, stdout: cli.stdout(), stderr: cli.stderr() };
}

const report = (journal: string) => run(['report', '--day', '2026-03-29', '--journal', journal]);

test('what the recorder has set aside is reported as before, once it is salvaged as its log says', async () => {
  const { journal, folder } = recordedDay();
  const whole = `${journal}.whole`;
  copyFileSync(journal, whole);
  const [root] = rowsOf(
    journal,
    "SELECT rootpage FROM sqlite_schema WHERE name = 'credit_by_process'",
  );
  overwritePage(journal, Number(root));
  const recorder = startRecorder(journal, [PROGRAM]);
  burn(folder, PROGRAM, 20);
  await until(() => recorder.stderr().includes('was set aside'), 20_000);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  const [, damaged = '', output = ''] =
    /psusage salvage (\S+) --output ([^"\s]+)/.exec(recorder.stderr()) ?? [];
  const salvage = await run(['salvage', damaged, '--output', output]);
  expect(salvage).toMatchObject({ exitCode: 0, stderr: '' });
  expect(salvage.stdout).toContain('credit: 100 rows copied\n');
  expect((await report(output)).stdout).toBe((await report(whole)).stdout);
  expect(await run(['salvage', damaged, '--output', output])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('exists already') as string,
  });
});

test('what is missing is said by the exit code, and by --check of a report', async () => {
  const { journal } = recordedDay();
  for (const table of ['usage', 'credit']) {
    for (const page of rowsOf(journal, `SELECT pageno FROM dbstat WHERE name = '${table}'`)) {
      overwritePage(journal, Number(page));
    }
  }
  const output = `${journal}.salvaged`;
  const salvage = await run(['salvage', journal, '--output', output]);
  expect(salvage.exitCode).toBe(1);
  expect(salvage.stderr).toContain('some of');
  expect(salvage.stdout).toContain(
    'reports show gaps:\n  from 2026-03-29T00:00Z to 2026-03-30T00:00Z',
  );
  const check = ['--check', '80,100', '--day', '2026-03-29', '--journal'];
  expect((await run(['report', ...check, output])).exitCode).toBe(1);
});
