import type Database from 'better-sqlite3';
import ms from 'ms';
import { withCleanup } from '../../shared/with-cleanup.js';
import { type Connection, formatDestination } from '../../shared/influx/connection.js';
import { findWarnings } from '../../shared/influx/warnings.js';
import { writeLines } from '../../shared/influx/write-lines.js';
import { doAlone } from '../../shared/journal/lock.js';
import { closeJournal } from '../../shared/journal/open.js';
import { openExistingJournal } from '../../shared/journal/open-existing.js';
import { readPrunedUntilMs } from '../../shared/journal/pruned.js';
import { type Output, showProgress } from '../output.js';
import type { Delivered, Server } from './deliver.js';
import { Deadline } from './deadline.js';
import { Attempt } from './attempt.js';
import { formatFirstShipment, formatMove, formatSummary, toFailure } from './messages.js';
import { Lines } from './line.js';
import { Outbox } from './outbox.js';
import { type Resend, requeue } from './requeue.js';
import { sendAll } from './send-all.js';
import { readRecorderHost, readShippingState, writeDestination } from './shipping-state.js';

export interface ShipOptions {
  journal: string;
  /** The tag of this machine, where the command line names it. */
  host: string | undefined;
  /** The same where neither that nor a recorder does. */
  hostname: string;
  connection: Connection;
  /** Records in a request. */
  batchSize: number;
  maxTimeMs: number;
  /** Records that ended until then are passed over for good. */
  sinceMs: number;
  /** What was acknowledged before and is to be sent once more. */
  resend: Resend | undefined;
  /** What was refused before is to be sent too. */
  retryRefused: boolean;
  /** How often a failure that goes on is told; undefined: in each run. */
  remindEveryMs: number | undefined;
  nowMs: () => number;
}

/**
 * Sends every complete record that was not acknowledged, marks what is, and says in one line how that went.
 * Where another run is at it already it leaves that to it. The journal keeps how it ended.
 *
 * @throws PsusageError SHIP when something that should have gone did not
 * @throws ExitCode 1 when that was told before, and is not to be told again yet
 * @throws JournalError
 */
export async function runShip(
  options: ShipOptions,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const db = openExistingJournal(options.journal, Date.now());
  await withCleanup(
    () => shipAlone(db, options, output, interrupted),
    () => {
      closeJournal(db);
    },
  );
}

async function shipAlone(
  db: Database.Database,
  options: ShipOptions,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const { journal, connection, remindEveryMs, nowMs } = options;
  const destination = formatDestination(connection);
  const before = readShippingState(db).destination;
  const notice = isMove(before, destination, options) ? formatMove(before, destination) : undefined;
  const attempt = new Attempt(db, { destination, remindEveryMs, nowMs }, output);
  let isDone: boolean;
  try {
    isDone = await doAlone(journal, 'ship', () => {
      attempt.begin();
      const isKnown = [before, attempt.lastDestination].includes(destination);
      const warnings = isKnown ? [] : findWarnings(connection);
      return shipAll(db, options, output, { interrupted, destination, before, warnings });
    });
  } catch (error) {
    throw attempt.fail(error, notice);
  }
  if (isDone) attempt.succeed(notice);
  else output.print('nothing done: another psusage ship of this journal is still running');
}

/** Whether records that went elsewhere are missing where they go now. */
function isMove(
  before: string | null,
  destination: string,
  { resend }: ShipOptions,
): before is string {
  return before !== null && before !== destination && resend?.kind !== 'everything';
}

/** What a run depends on beside its options. */
interface Run {
  interrupted: AbortSignal;
  destination: string;
  /** Where points went until now; null before the first. */
  before: string | null;
  /** What is dangerous about the connection, to be said with the first request. */
  warnings: readonly string[];
}

async function shipAll(
  db: Database.Database,
  options: ShipOptions,
  output: Output,
  { interrupted, destination, before, warnings }: Run,
): Promise<void> {
  const startedMs = performance.now();
  const host = options.host ?? readRecorderHost(db) ?? options.hostname;
  if (options.resend !== undefined) {
    requeue(db, options.resend);
    warnOfPruned(db, options.resend, output);
  }
  const { sinceMs, nowMs } = options;
  const outbox = new Outbox(db, { host, sinceMs, nowMs });
  const deadline = new Deadline(options.maxTimeMs, interrupted);
  const delivered = await send(db, outbox, options, { output, deadline, warnings });
  if (delivered.sent > 0) {
    writeDestination(db, destination);
    if (before === null) output.warn(formatFirstShipment(host));
  }
  const left = delivered.stop === undefined ? 0 : outbox.waiting();
  const seconds = (performance.now() - startedMs) / 1_000;
  output.print(formatSummary({ ...delivered, left, seconds }));
  const limit = deadline.isOver ? ms(options.maxTimeMs) : undefined;
  const failure = toFailure(delivered, { destination, limit, left });
  if (failure !== undefined) throw failure;
}

/** A database that is filled anew will never have what was pruned. */
function warnOfPruned(db: Database.Database, resend: Resend, { warn }: Output): void {
  const prunedUntilMs = readPrunedUntilMs(db);
  const sinceMs = resend.kind === 'everything' ? 0 : resend.sinceMs;
  if (prunedUntilMs === undefined || prunedUntilMs <= sinceMs) return;
  const day = new Date(prunedUntilMs).toISOString().slice(0, 10);
  warn(`records from before ${day} were pruned and cannot be sent again`);
}

async function send(
  db: Database.Database,
  outbox: Outbox,
  { connection, batchSize, retryRefused, nowMs }: ShipOptions,
  run: { output: Output; deadline: Deadline; warnings: readonly string[] },
): Promise<Delivered> {
  const { output, deadline } = run;
  const lines = new Lines(db, connection.server);
  // With the first request: a run that sends nothing says nothing to cron.
  const unsaid = [...run.warnings];
  const server: Server = {
    send: (points) => {
      unsaid.splice(0).forEach(output.warn);
      return writeLines(connection, lines.format(points), deadline.signal);
    },
    wait: (waitMs) => deadline.wait(waitMs),
  };
  const progress = await showProgress(output.terminal, () => outbox.waiting(), batchSize);
  try {
    return await sendAll(db, outbox, server, { batchSize, retryRefused, nowMs }, progress.show);
  } finally {
    progress.end();
    deadline.end();
  }
}
