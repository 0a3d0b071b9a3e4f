import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { JournalError } from '../../src/shared/journal/errors.js';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { type CliRun, startCli } from '../cli.js';
import { temporaryFolder } from '../temporary-folder.js';

const INTERVAL = ['--interval', '200ms'];

/** Ends a process that leads a group, and those it has started. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** Starts the built recorder on a journal; it ends with the test. */
export function record(journal: string, args: string[], env: Record<string, string> = {}): CliRun {
  const run = startCli(['record', ...INTERVAL, '--journal', journal, ...args], env);
  onTestFinished(() => {
    run.child.kill('SIGKILL');
  });
  return run;
}

/** A program that nobody else on the machine has, no other test either. */
export const PROGRAM = `burn-${randomBytes(4).toString('hex')}`;

/** Starts a process of that name, which burns CPU for so long and ends with the test. */
export function burn(folder: string, name: string, seconds: number): number {
  const program = join(folder, name);
  if (!existsSync(program)) copyFileSync('/bin/bash', program);
  // Bash's SECONDS counts the clock's whole ones: the first of them may be a moment.
  const now = '${EPOCHREALTIME/[.,]/}';
  const work = `end=$((${now} + ${seconds}000000)); while ((${now} < end)); do :; done; sleep 60; :`;
  // A bash whose stdin is a socket takes itself for a remote one, and runs whatever is in ~/.bashrc first.
  const child = spawn(program, ['-c', work], { stdio: 'ignore', detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} can't be started`);
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    killGroup(pid);
    // The recorder of the next test must not see it.
    await gone;
  });
  return pid;
}

export function newJournal(): { folder: string; journal: string } {
  const folder = temporaryFolder();
  return { folder, journal: join(folder, 'psusage.db') };
}

/** The rows of a query, asked while the recorder runs or not. */
export function query<T>(journal: string, sql: string): T[] {
  const db = openJournalReadOnly(journal);
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
}

/** The only figure of a query; 0 as long as there is no journal. */
export function number(journal: string, sql: string): number {
  try {
    return Object.values(query<Record<string, number>>(journal, sql)[0] ?? {})[0] ?? 0;
  } catch (error) {
    const isTooEarly =
      error instanceof JournalError && ['NO_JOURNAL', 'EMPTY_JOURNAL'].includes(error.code);
    if (isTooEarly) return 0;
    throw error;
  }
}

/** How many recorders have sampled and go on. */
export const TICKED =
  'SELECT count(*) FROM recorder_run WHERE last_tick_ms IS NOT NULL AND ended_ms IS NULL';
