import { accessSync, constants, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { startCli, until } from '../cli.js';
import { faultsOf } from '../invariants.js';
import { temporaryFolder } from '../temporary-folder.js';
import { freePid, runAsPid } from './forced-pid.js';

/** Root, on a kernel that lets the next pid be chosen. */
function canForcePids(): boolean {
  try {
    accessSync('/proc/sys/kernel/ns_last_pid', constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const BURN_AND_LINGER = 'i=0; while [ $i -lt $1 ]; do i=$((i+1)); done; sleep 0.8; :';

/** Tries another pid where somebody else on the machine was given one meanwhile, and keeps it. */
async function threeLivesOfOnePid(program: string, pidsLeft = 10): Promise<number> {
  const pid = await freePid();
  try {
    for (const loops of ['300000', '600000', '100000']) {
      await runAsPid(pid, [program, '-c', BURN_AND_LINGER, 'sh', loops], 20);
    }
    return pid;
  } catch (error) {
    if (pidsLeft === 1) throw error;
    return threeLivesOfOnePid(program, pidsLeft - 1);
  }
}

test.runIf(canForcePids())(
  'a real pid that is given again at once is another lifecycle (needs root, and a kernel that lets the next pid be chosen)',
  async () => {
    const folder = temporaryFolder();
    const journal = join(folder, 'psusage.db');
    const program = join(folder, 'psusage-reuse');
    copyFileSync('/bin/sh', program);
    const recorder = startCli([
      'record',
      'psusage-reuse',
      '--interval',
      '200ms',
      '--journal',
      journal,
    ]);
    await until(() => recorder.stderr().includes('no process matches yet'));
    const pid = await threeLivesOfOnePid(program);
    recorder.child.kill('SIGTERM');
    expect(await recorder.ended).toBe(0);
    const db = openJournalReadOnly(journal);
    const ends = db
      .prepare('SELECT end_reason FROM process WHERE pid = ? ORDER BY process_id')
      .pluck()
      .all(pid);
    expect(ends).toHaveLength(3);
    expect(faultsOf(db)).toEqual({});
    db.close();
  },
);
