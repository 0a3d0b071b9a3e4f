import { once } from 'node:events';
import { isCalendarDay, toPeriod, systemTimeZone } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import type { GlobalOptions } from '../../shared/global-options.js';
import type { ConnectionOptions } from '../../shared/influx/connection-options.js';
import { readConnection } from '../../shared/influx/read-connection.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { keepHeapSmall } from '../../shared/small-heap.js';
import { STANDARD_OUTPUT } from '../output.js';
import { noteFailedStart } from './attempt.js';
import { readDryRunLines } from './dry-run.js';
import { readQuarantineLines } from './quarantine.js';
import { runShip, type ShipOptions } from './run-ship.js';
import type { Resend } from './requeue.js';
import { readRecorderHost } from './shipping-state.js';

/**
 * See `keepHeapSmall`. A backlog makes garbage so fast that collecting it at 100 takes a twentieth more CPU time. Without
 * a limit memory grows with the backlog.
 */
export const HEAP_GROWING_PERCENT = 200;

/** The options of the command line, the environment and the config file. */
export interface ShipFlags extends GlobalOptions, ConnectionOptions {
  /** Whether somebody named this machine. */
  isHostNamed: boolean;
  /** The options on the command line that say what a run does. */
  given: readonly string[];
  batch: number;
  maxTime: number;
  since?: string;
  resend?: number | 'all';
  dryRun?: boolean;
  quarantine?: boolean;
  retryQuarantine?: boolean;
  remindEvery?: number;
}

/** Does what the command line asks for: sends, shows what would be sent, or lists what was refused. */
export async function ship(flags: ShipFlags, interrupted: AbortSignal): Promise<void> {
  assertOneThing(flags);
  if (flags.quarantine === true) {
    await printQuarantine(flags.journal);
    return;
  }
  if (flags.dryRun === true) {
    await printDryRun(flags, parseSince(flags.since, Date.now()));
    return;
  }
  const options = readShipOptions(flags);
  keepHeapSmall(HEAP_GROWING_PERCENT);
  await runShip(options, STANDARD_OUTPUT, interrupted);
}

function readShipOptions(flags: ShipFlags): ShipOptions {
  const { journal, remindEvery } = flags;
  try {
    const sinceMs = parseSince(flags.since, Date.now());
    return {
      journal,
      host: flags.isHostNamed ? flags.host : undefined,
      hostname: flags.host,
      connection: readConnection(flags, process.env),
      batchSize: flags.batch,
      maxTimeMs: flags.maxTime,
      sinceMs,
      resend: toResend(flags, Date.now()),
      retryRefused: flags.retryQuarantine ?? false,
      remindEveryMs: remindEvery,
      nowMs: () => Date.now(),
    };
  } catch (error) {
    throw noteFailedStart(journal, error, STANDARD_OUTPUT, remindEvery);
  }
}

const SHOWS = new Set(['--quarantine', '--dry-run']);

/** What stands in the environment or the config file is for runs that send. */
function assertOneThing({ given }: ShipFlags): void {
  const shown = given.find((name) => SHOWS.has(name));
  const other = given.find((name) => name !== shown);
  if (shown === undefined || other === undefined) return;
  throw new UsageError(
    `${shown} cannot be used with ${other}`,
    'a run either lists something or sends something',
  );
}

/** The first millisecond of a day; 0 for all of time. */
function parseSince(day: string | undefined, nowMs: number): number {
  if (day === undefined) return 0;
  if (!isCalendarDay(day)) {
    throw new UsageError(`--since: there is no day '${day}'`, 'write it as 2026-03-29');
  }
  const { fromMs } = toPeriod(day, day, systemTimeZone());
  if (fromMs > nowMs) {
    throw new UsageError(`--since ${day} is in the future: nothing would ever be sent`);
  }
  return fromMs;
}

function toResend({ resend }: ShipFlags, nowMs: number): Resend | undefined {
  if (resend === 'all') return { kind: 'everything' };
  return resend === undefined ? undefined : { kind: 'acknowledged since', sinceMs: nowMs - resend };
}

async function printDryRun(flags: ShipFlags, sinceMs: number): Promise<void> {
  const db = openJournalReadOnly(flags.journal);
  try {
    const host = flags.isHostNamed ? flags.host : (readRecorderHost(db) ?? flags.host);
    for (const lines of readDryRunLines(db, { host, sinceMs, server: flags.server })) {
      await print(lines);
    }
  } finally {
    db.close();
  }
}

async function printQuarantine(journal: string): Promise<void> {
  const db = openJournalReadOnly(journal);
  try {
    for (const line of readQuarantineLines(db)) await print(line);
  } finally {
    db.close();
  }
}

/** No faster than whoever reads it. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}
