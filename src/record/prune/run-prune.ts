import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { withCleanup } from '../../shared/with-cleanup.js';
import { PsusageError, UsageError } from '../../shared/errors.js';
import type { GlobalOptions } from '../../shared/global-options.js';
import { asJournalError } from '../../shared/journal/errors.js';
import { doAlone } from '../../shared/journal/lock.js';
import { closeJournal } from '../../shared/journal/open.js';
import { openExistingJournal } from '../../shared/journal/open-existing.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { count, plural } from '../../shared/numbers.js';
import { formatSecond, type Output, showProgress } from '../output.js';
import { type Until, toUntil } from './keep.js';
import { prune, pruneDry } from './prune.js';
import { NO_RECORDS, type RecordTally } from './records.js';

/**
 * The recorder's turn after each piece: at least so long, and as long as the piece took. It waits for the journal
 * in steps of some milliseconds, and would miss a shorter one.
 */
const LEAST_REST_MS = 10;

/** The options of the command line, the environment and the config file. Durations are in milliseconds. */
export interface PruneFlags extends GlobalOptions {
  keep?: number;
  keepSums: number;
  dryRun?: boolean;
}

/**
 * Takes out of the journal what is old enough, and says in one line what went. Where another run is at it already it
 * leaves that to it.
 *
 * @throws UsageError when the time to keep records is missing, or sums would be kept shorter
 * @throws PsusageError PRUNE when it was interrupted
 * @throws JournalError
 */
export async function runPrune(
  flags: PruneFlags,
  nowMs: number,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const until = toUntil(resolveKeep(flags), nowMs);
  if (flags.dryRun === true) {
    printDry(flags.journal, until, output);
    return;
  }
  const db = openExistingJournal(flags.journal, nowMs);
  await withCleanup(
    () => pruneAlone(db, until, output, interrupted),
    () => {
      closeJournal(db);
    },
  );
}

function resolveKeep({ keep, keepSums }: PruneFlags): { keepMs: number; keepSumsMs: number } {
  if (keep === undefined) {
    throw new UsageError(
      'the time to keep records is missing',
      'such as psusage prune --keep 90d, PSUSAGE_KEEP=90d, or keep = "90d" under [prune] in the config file',
    );
  }
  if (keepSums < keep) {
    throw new UsageError(
      '--keep-sums is shorter than --keep',
      'reports read sums: keep them at least as long as records',
    );
  }
  return { keepMs: keep, keepSumsMs: keepSums };
}

function printDry(journal: string, until: Until, output: Output): void {
  const db = openJournalReadOnly(journal);
  try {
    output.print(formatDrySummary(pruneDry(db, until), until));
  } finally {
    db.close();
  }
}

async function pruneAlone(
  db: Database.Database,
  until: Until,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const isDone = await doAlone(db.name, 'prune', () => pruneAll(db, until, output, interrupted));
  if (!isDone) output.print('nothing done: this journal is being pruned already');
}

async function pruneAll(
  db: Database.Database,
  until: Until,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const startedMs = performance.now();
  const bytesBefore = journalBytes(db);
  const pruned = await pruneInPieces(db, until, output, interrupted);
  const bytes = Math.max(0, bytesBefore - journalBytes(db));
  const seconds = (performance.now() - startedMs) / 1_000;
  output.print(formatSummary(pruned, until, { bytes, seconds }));
  if (!interrupted.aborted) return;
  throw new PsusageError('PRUNE', 'stopped before the end', {
    hint: 'the next run continues from here',
  });
}

async function pruneInPieces(
  db: Database.Database,
  until: Until,
  { terminal }: Output,
  interrupted: AbortSignal,
): Promise<RecordTally> {
  const pieces = prune(db, until);
  const progress = await showProgress(terminal, () => countOld(db, until), WORTH_SHOWING);
  let pruned: RecordTally = NO_RECORDS;
  try {
    while (!interrupted.aborted) {
      const beganMs = performance.now();
      const piece = nextPiece(db, pieces);
      if (piece.done === true) break;
      pruned = piece.value;
      progress.show(pruned.delete + pruned.unshipped + pruned.refused + pruned.referenced);
      await delay(Math.max(LEAST_REST_MS, performance.now() - beganMs));
    }
  } finally {
    progress.end();
  }
  return pruned;
}

function nextPiece(
  db: Database.Database,
  pieces: Generator<RecordTally, void>,
): IteratorResult<RecordTally, void> {
  try {
    return db.transaction(() => pieces.next()).immediate();
  } catch (error) {
    throw asJournalError('cannot prune', db.name, error);
  }
}

function countOld(db: Database.Database, { recordsMs }: Until): number {
  const old = db.prepare<[number], number>('SELECT count(*) FROM credit WHERE from_ms < ?').pluck();
  return old.get(recordsMs) ?? 0;
}

/** Three times as many records are looked at in a second or so. */
const WORTH_SHOWING = 10_000;

/** How large the journal is without its log. */
function journalBytes(db: Database.Database): number {
  const pages = Number(db.pragma('page_count', { simple: true }));
  return pages * Number(db.pragma('page_size', { simple: true }));
}

const BYTES_PER_MIB = 1_048_576;

/** One line of what went and what stayed. */
function formatSummary(
  pruned: RecordTally,
  until: Until,
  { bytes, seconds }: { bytes: number; seconds: number },
): string {
  const { delete: records, processes } = pruned;
  return (
    `pruned ${plural(records, 'record')} and ${plural(processes, 'process', 'processes')} ` +
    `from before ${formatSecond(until.recordsMs)}, ${(bytes / BYTES_PER_MIB).toFixed(1)} MiB freed` +
    `${formatKept(pruned)}, in ${seconds.toFixed(1)} s`
  );
}

/** The same of a run that only looks. */
function formatDrySummary(tally: RecordTally, until: Until): string {
  return `would prune ${plural(tally.delete, 'record')} from before ${formatSecond(until.recordsMs)}${formatKept(tally)}`;
}

/** What is old enough and stays; those that reports need are few, and nobody's concern. */
function formatKept({ unshipped, refused }: RecordTally): string {
  const kept = [
    ...(unshipped > 0 ? [`${count(unshipped)} that wait for shipping`] : []),
    ...(refused > 0 ? [`${count(refused)} that a server refused`] : []),
  ];
  return kept.length === 0 ? '' : `, kept ${kept.join(' and ')}`;
}
