import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { PsusageError, UsageError } from '../../shared/errors.js';
import { noJournal } from '../../shared/journal/errors.js';
import { lockJournal, type JournalLock, tryLock } from '../../shared/journal/lock.js';
import { closeJournal } from '../../shared/journal/open.js';
import { openExistingJournal } from '../../shared/journal/open-existing.js';
import { damagedJournals } from '../../shared/journal/set-aside.js';
import { Confirmation } from './confirm.js';
import { copyPoints } from './copy-points.js';
import { copyProcesses } from './copy-processes.js';
import { copyRecords } from './copy-records.js';
import { copyRuns } from './copy-runs.js';
import { copySums } from './copy-sums.js';
import { countLine, type TableCount } from './counts.js';
import { CopiedNames } from './names.js';
import { type Numbering, numberingFor } from './numbering.js';
import { fingerprint, openDamaged } from './open-damaged.js';
import { CopiedShipping } from './shipping.js';

/** How often progress is said. */
const PROGRESS_MS = 5_000;

export interface RepairOptions {
  journal: string;
  /** The damaged journal. */
  damaged: string;
  /** The tag of this machine where no recorder has named it. */
  hostname: string;
}

/** Where a run says what it does; each text is one line. */
export interface RepairOutput {
  print: (line: string) => void;
  progress: (line: string) => void;
}

/** Says which journals were set aside beside this one. */
export function listDamaged(journal: string, output: RepairOutput): void {
  const found = damagedJournals(journal);
  if (found.length === 0) output.print(`no journal was set aside beside ${journal}`);
  for (const path of found) {
    const mebibytes = (statSync(path).size / 1024 ** 2).toFixed(1);
    output.print(`${path} (${mebibytes} MiB): psusage repair ${path}`);
  }
}

/**
 * Copies what can be read of a damaged journal into the journal, a table at a time, and says of each
 * what was copied and what was not. Each row once, however often it is run; while a recorder runs too,
 * where the journal took the damaged one's place.
 *
 * @throws JournalError, PsusageError
 */
export function repair(options: RepairOptions, output: RepairOutput): void {
  const { journal, damaged } = options;
  if (statSync(damaged, { throwIfNoEntry: false }) === undefined) throw noJournal(damaged);
  if (isSame(journal, damaged)) {
    throw new UsageError(
      `${damaged} is the journal itself`,
      'name the damaged one that it took the place of',
    );
  }
  const from = openDamaged(damaged);
  try {
    const to = openExistingJournal(journal, Date.now());
    try {
      copyAlone(from, to, options, output);
    } finally {
      closeJournal(to);
    }
  } finally {
    from.close();
  }
}

function copyAlone(
  from: Database.Database,
  to: Database.Database,
  options: RepairOptions,
  output: RepairOutput,
): void {
  const confirmation = new Confirmation(from);
  const numbering = numberingFor(from, to, confirmation);
  const locks = locksFor(options.journal, numbering);
  try {
    const counts = copyAll(from, to, options, { numbering, confirmation }, output);
    for (const count of counts) output.print(countLine(count));
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** Nothing is shipped meanwhile; and nothing recorded where numbers are given out. */
function locksFor(journal: string, numbering: Numbering): JournalLock[] {
  const shipLock = tryLock(journal, 'ship');
  if (shipLock === undefined) {
    throw new PsusageError('REPAIR', 'psusage ship of this journal is running', {
      hint: 'try again when it is done',
    });
  }
  if (numbering.kind === 'kept') return [shipLock];
  try {
    return [shipLock, lockJournal(journal, () => undefined)];
  } catch (error) {
    shipLock.release();
    throw new PsusageError(
      'REPAIR',
      'a recorder writes this journal, which did not take the damaged one’s place',
      { hint: 'stop the recorder as long as psusage repair runs', cause: error },
    );
  }
}

function copyAll(
  from: Database.Database,
  to: Database.Database,
  { damaged, hostname }: RepairOptions,
  { numbering, confirmation }: { numbering: Numbering; confirmation: Confirmation },
  output: RepairOutput,
): TableCount[] {
  const names = new CopiedNames(from, to);
  const lastTickMs = numberOf(from, 'SELECT max(last_tick_ms) FROM recorder_run');
  const prunedUntilMs = numberOf(from, 'SELECT pruned_until_ms FROM pruning');
  const sha256 = fingerprint(damaged);
  const runs = copyRuns(from, to, names);
  const points = copyPoints(from, to, numbering, confirmation);
  const processes = copyProcesses(from, to, names, numbering, lastTickMs);
  const shipping = new CopiedShipping(from, to, { numbering, points, hostname });
  const records = copyRecords(
    from,
    to,
    {
      ...{ names, numbering, knownProcesses: processes.known },
      ...{ confirmation, shipping, prunedUntilMs },
    },
    sayNowAndThen(output),
  );
  shipping.end(from);
  notePruning(to, prunedUntilMs);
  const nowMs = Date.now();
  const sums = copySums(from, to, {
    names,
    confirmation,
    prunedUntilMs,
    areShared: runs.areShared,
    sha256,
    lastTickMs,
    nowMs,
  });
  if (shipping.notSent > 0) {
    output.print(
      `it can’t be read how far shipping had come: ${shipping.notSent} records will not be sent`,
    );
  }
  return [...runs.counts, processes.count, records, sums, points.count];
}

/** Of a journal that was pruned the other one has no more either. */
function notePruning(to: Database.Database, prunedUntilMs: number): void {
  if (prunedUntilMs === 0) return;
  to.prepare<[number]>(
    `INSERT INTO pruning (only, pruned_until_ms, last_credit_id)
     SELECT 1, ?, coalesce(max(credit_id), 0) FROM credit WHERE true
     ON CONFLICT DO UPDATE SET
       pruned_until_ms = max(pruned_until_ms, excluded.pruned_until_ms),
       last_credit_id = max(last_credit_id, excluded.last_credit_id)`,
  ).run(prunedUntilMs);
}

function sayNowAndThen({ progress }: RepairOutput): (count: TableCount) => void {
  let saidMs = performance.now();
  return (count) => {
    if (performance.now() - saidMs < PROGRESS_MS) return;
    saidMs = performance.now();
    progress(countLine(count));
  };
}

/** 0 where there is none, or it can't be read. */
function numberOf(db: Database.Database, sql: string): number {
  try {
    return db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  } catch {
    return 0;
  }
}

function isSame(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) =>
    statSync(path, { bigint: true, throwIfNoEntry: false }),
  );
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
