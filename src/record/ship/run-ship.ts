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
import type { Output } from '../output.js';
import type { Progress } from '../progress.js';
import { deliver, type Delivered, type Server } from './deliver.js';
import { Deadline } from './deadline.js';
import { formatNotices, formatSummary, toFailure } from './messages.js';
import { Outbox } from './outbox.js';
import { type Resend, requeue } from './requeue.js';
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
}

/**
 * Sends every complete record that was not acknowledged, marks what is, and says in one line how that went.
 * Where another run is at it already it leaves that to it.
 *
 * @throws PsusageError SHIP when something that should have gone did not
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
  const { journal } = options;
  const isDone = await doAlone(journal, 'ship', () => shipAll(db, options, output, interrupted));
  if (!isDone) output.print('nothing done: another psusage ship of this journal is still running');
}

async function shipAll(
  db: Database.Database,
  options: ShipOptions,
  output: Output,
  interrupted: AbortSignal,
): Promise<void> {
  const startedMs = performance.now();
  const host = options.host ?? readRecorderHost(db) ?? options.hostname;
  const destination = formatDestination(options.connection);
  if (options.resend !== undefined) {
    requeue(db, options.resend);
    warnOfPruned(db, options.resend, output);
  }
  const { sinceMs, retryRefused, connection } = options;
  const nowMs = () => Date.now();
  const { server } = connection;
  const outbox = new Outbox(db, { host, sinceMs, retryRefused, server, nowMs });
  const deadline = new Deadline(options.maxTimeMs, interrupted);
  const before = readShippingState(db).destination;
  const notices = formatNotices({ host, destination, before, warnings: findWarnings(connection) });
  const delivered = await send(outbox, options, output, { deadline, notices });
  if (delivered.sent > 0) writeDestination(db, destination);
  const left = delivered.stop === undefined ? 0 : outbox.waiting();
  const seconds = (performance.now() - startedMs) / 1_000;
  output.print(formatSummary({ ...delivered, left, seconds }));
  const limit = deadline.isOver ? ms(options.maxTimeMs) : undefined;
  const failure = toFailure(delivered, destination, limit);
  if (failure !== undefined) throw failure;
}

/** A database that is filled anew will never have what was pruned. */
function warnOfPruned(db: Database.Database, resend: Resend, { warn }: Output): void {
  const prunedUntilMs = readPrunedUntilMs(db);
  const sinceMs = resend.kind === 'everything' ? 0 : resend.sinceMs;
  if (prunedUntilMs === undefined || prunedUntilMs <= sinceMs) return;
  const day = new Date(prunedUntilMs).toISOString().slice(0, 10);
  warn(`records of before ${day} were pruned and cannot be sent again`);
}

async function send(
  outbox: Outbox,
  { connection, batchSize }: ShipOptions,
  { terminal, warn }: Output,
  { deadline, notices }: { deadline: Deadline; notices: readonly string[] },
): Promise<Delivered> {
  // With the first request: a run that sends nothing says nothing to cron.
  const unsent = [...notices];
  const server: Server = {
    send: (points) => {
      unsent.splice(0).forEach(warn);
      const lines = points.map(({ line }) => line);
      return writeLines(connection, lines, deadline.signal);
    },
    wait: (waitMs) => deadline.wait(waitMs),
  };
  const progress = await startProgress(terminal, outbox, batchSize);
  try {
    return await deliver(outbox, server, batchSize, (done) => {
      progress?.show(done);
    });
  } finally {
    progress?.end();
    deadline.end();
  }
}

/** Cron has no terminal, and need not load what draws on one. */
async function startProgress(
  terminal: NodeJS.WriteStream | undefined,
  outbox: Outbox,
  batchSize: number,
): Promise<Progress | undefined> {
  if (terminal === undefined) return undefined;
  const { showProgress } = await import('../progress.js');
  return showProgress(terminal, outbox.waiting(), batchSize);
}
