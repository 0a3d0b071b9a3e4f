import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type CliRun, startCli } from '../../test/cli.js';
import type { Cleanup } from '../shared/cleanup.js';
import { readJournal } from '../shared/journal.js';

/** Short, so that much happens in little time. */
export const INTERVAL_MS = 100;

/** A recorder ends by itself after that long, also when the drill is gone. */
const LIMIT_MINUTES = 15;

/** Longer than a recorder takes to start, and from SIGTERM to its end, on a machine that is busy with other things. */
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 60_000;

/** What has ended is settled within ten seconds. */
const SETTLE_LIMIT_MS = 90_000;

const HAS_TICKED = `
SELECT last_tick_ms IS NOT NULL FROM recorder_run WHERE pid = ? AND ended_ms IS NULL
ORDER BY run_id DESC LIMIT 1`;

const NOT_OVER = `
SELECT (SELECT count(*) FROM process WHERE ended_ms IS NULL) AS living,
  (SELECT count(*) FROM credit WHERE state = 1) AS settling`;

/** What is not over in a journal. */
interface NotOver {
  readonly living: number;
  readonly settling: number;
}

export interface RecorderOptions {
  readonly program: string;
  readonly journal: string;
  /** On top of this process's PATH, or in its place. */
  readonly env?: Record<string, string>;
  /** 100 ms, when left out. */
  readonly intervalMs?: number;
  /** A quarter of an hour, when left out. */
  readonly limitMinutes?: number;
}

/** Starts the built recorder; it is killed when the drill ends before it. */
export function startRecorder(options: RecorderOptions, cleanup: Cleanup): CliRun {
  const { program, journal, env = {} } = options;
  const { intervalMs = INTERVAL_MS, limitMinutes = LIMIT_MINUTES } = options;
  const interval = ['--interval', `${intervalMs}ms`];
  const run = startCli(
    ['record', program, '--journal', journal, ...interval, '--for', `${limitMinutes}m`],
    env,
  );
  cleanup.defer(() => {
    if (isRunning(run)) run.child.kill('SIGKILL');
    return run.ended;
  });
  return run;
}

export function isRunning({ child }: CliRun): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Waits for the first sample of a recorder that was just started. */
export async function waitForTick(journal: string, recorder: CliRun): Promise<void> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (!hasTicked(journal, recorder.child.pid ?? 0)) {
    if (!isRunning(recorder)) throw new Error(`the recorder ended early:\n${recorder.stderr()}`);
    if (performance.now() > deadlineMs)
      throw new Error(`the recorder does not begin:\n${recorder.stderr()}`);
    await sleep(50);
  }
}

/**
 * Waits until no more than so many processes live, as the journal has it, and nothing is settling.
 *
 * @returns how many processes and records are not over when that takes too long
 */
export async function waitUntilOver(journal: string, but: { living: number }): Promise<number> {
  const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const { living, settling } = readNotOver(journal);
    const left = Math.max(living - but.living, 0) + settling;
    if (left === 0 || performance.now() > deadlineMs) return left;
    await sleep(200);
  }
}

/** Stops it in order. @returns its exit code, or the signal that had to end it */
export async function stopRecorder(recorder: CliRun): Promise<number | string | null> {
  recorder.child.kill('SIGTERM');
  const hung = setTimeout(() => recorder.child.kill('SIGKILL'), STOP_LIMIT_MS);
  const exit = await recorder.ended;
  clearTimeout(hung);
  return exit;
}

function hasTicked(journal: string, pid: number): boolean {
  if (!existsSync(journal)) return false;
  try {
    return readJournal(
      journal,
      (db) => db.prepare<[number], number>(HAS_TICKED).pluck().get(pid) === 1,
    );
  } catch (error) {
    if (isBeingMade(error)) return false;
    throw error;
  }
}

/** It has no tables yet, or one was killed who had begun to write the first page: the next to write undoes that. */
function isBeingMade(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  return error.code === 'SQLITE_READONLY_ROLLBACK' || error.message.startsWith('no such table');
}

function readNotOver(journal: string): NotOver {
  return (
    readJournal(journal, (db) => db.prepare<[], NotOver>(NOT_OVER).get()) ?? {
      living: 0,
      settling: 0,
    }
  );
}

/** What begins and ends every recording has nothing to do with a fault. */
const USUAL = new Set([
  'recording',
  'following',
  'stopped',
  'no process matches yet; waiting for one',
]);

const MOST_LINES = 8;
const MOST_CHARACTERS = 160;

/** What recorders logged, each once, without what all of them log. */
export function summarizeLogs(recorders: readonly CliRun[]): string[] {
  const lines = recorders.flatMap((each) => each.stderr().trim().split('\n'));
  const messages = new Set(lines.filter((line) => line !== '').flatMap(formatLogLine));
  // The journal is in a temporary folder whose name tells nothing.
  const withoutFolder = (line: string): string => line.replace(/\/\S*\/(?=psusage\.db)/g, '');
  return [...messages]
    .slice(0, MOST_LINES)
    .map((line) => withoutFolder(line).slice(0, MOST_CHARACTERS));
}

function formatLogLine(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  const entry = JSON.parse(line) as { msg: string; reason?: string; why?: string };
  if (USUAL.has(entry.msg)) return [];
  const reason = entry.reason === undefined ? '' : ` (${entry.reason})`;
  const why = entry.why === undefined ? '' : `: ${entry.why}`;
  return [`${entry.msg}${reason}${why}`];
}
