import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { type CliRun, startCli, until } from '../cli.js';
import { burn, newJournal, number, record, TICKED } from '../record/recording.js';
import { canBecomeNobody } from '../shared/journal/other-process.js';

/** A user and a group of no name: none of either owns anything. */
const UID = 54_321;
const GID = 54_322;
const WAL = 2;

interface Recording {
  journal: string;
  recorder: CliRun;
}

/** A recorder that has charged something, in a folder that a group may enter and read. */
async function recording(): Promise<Recording> {
  const { folder, journal } = newJournal();
  chownSync(folder, 0, GID);
  chmodSync(folder, 0o2750);
  const recorder = record(journal, ['psusage-read']);
  await until(() => number(journal, TICKED) === 1);
  burn(folder, 'psusage-read', 60);
  await until(() => number(journal, 'SELECT coalesce(sum(cpu_ms), 0) FROM usage') > 0);
  return { journal, recorder };
}

async function stop({ recorder }: Recording, signal: NodeJS.Signals): Promise<void> {
  recorder.child.kill(signal);
  await recorder.ended;
}

async function closeWhileRead(recording: Recording): Promise<void> {
  const reader = openJournalReadOnly(recording.journal);
  reader.prepare('SELECT count(*) FROM usage').get();
  await stop(recording, 'SIGTERM');
  expect(readFileSync(recording.journal)[18]).toBe(WAL);
  reader.close();
}

interface Case {
  state: string;
  reach: (recording: Recording) => Promise<void> | void;
  isRecording: boolean;
  hasLog: boolean;
}

const CASES: Case[] = [
  { state: 'the recorder runs', reach: () => undefined, isRecording: true, hasLog: true },
  {
    state: 'the recorder was killed',
    reach: (recording) => stop(recording, 'SIGKILL'),
    ...{ isRecording: false, hasLog: true },
  },
  {
    state: 'the recorder has closed it in order',
    reach: (recording) => stop(recording, 'SIGTERM'),
    ...{ isRecording: false, hasLog: false },
  },
  // Who may only read leaves the log to the next who writes.
  {
    state: 'the recorder has closed it while somebody read it',
    reach: closeWhileRead,
    ...{ isRecording: false, hasLog: true },
  },
];

/** The program as a user of the journal's group, and of no other. */
async function asReader(...args: string[]): Promise<{ code: unknown; stdout: string }> {
  const run = startCli(args, {}, { uid: UID, gid: GID, cwd: '/' });
  const code = await run.ended;
  expect(run.stderr()).toBe('');
  return { code, stdout: run.stdout() };
}

describe.runIf(canBecomeNobody())('a user of the journal’s group, who may only read', () => {
  test.each(CASES)('sees report and status when $state', async (each) => {
    const recorded = await recording();
    await each.reach(recorded);
    const { journal } = recorded;
    const before = readdirSync(dirname(journal)).sort();
    expect(before.includes('psusage.db-wal')).toBe(each.hasLog);
    const options = ['--journal', journal, '--format', 'json'];
    const report = await asReader('report', '--days', '2', ...options);
    expect(report.code).toBe(0);
    const { total } = JSON.parse(report.stdout) as { total: { cpuSeconds: number } };
    expect(total.cpuSeconds).toBeGreaterThan(0);
    const status = await asReader('status', ...options);
    expect(JSON.parse(status.stdout)).toMatchObject({ recording: each.isRecording });
    expect(readdirSync(dirname(journal)).sort()).toEqual(before);
  });
});
