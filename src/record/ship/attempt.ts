import type Database from 'better-sqlite3';
import { ExitCode, toMessage, UsageError } from '../../shared/errors.js';
import { asJournalError } from '../../shared/journal/errors.js';
import { closeJournal } from '../../shared/journal/open.js';
import { openExistingJournal } from '../../shared/journal/open-existing.js';
import { MS_PER_DAY } from '../../shared/units.js';
import { formatSecond, type Output } from '../output.js';
import { type FailedOutcome, ShipError } from './messages.js';

/** Longer words of a failure are cut. */
const MAX_WORDS_LENGTH = 500;

const KILLED = 'the run was killed before it ended';

interface AttemptOptions {
  /** Without secrets; undefined where the configuration does not tell. */
  destination: string | undefined;
  /** A failure that goes on is told this often, and its end once; undefined: in each run, and not its end. */
  remindEveryMs: number | undefined;
  nowMs: () => number;
}

/** What the journal has of the last attempt. */
interface LastAttempt {
  destination: string | null;
  failingSinceMs: number | null;
  told: string;
}

/** When each kind of failure, or a notice, was told last. */
type Told = Readonly<Record<string, number>>;

/** One run of ship as the journal keeps it, and what people are told of it. */
export class Attempt {
  /** Where the attempt before this one went; null where it named no server or there was none. */
  readonly lastDestination: string | null;
  readonly #failingSinceMs: number | null;
  readonly #told: Told;
  readonly #startedMs: number;

  constructor(
    private readonly db: Database.Database,
    private readonly options: AttemptOptions,
    private readonly output: Output,
  ) {
    this.#startedMs = options.nowMs();
    const last = db
      .prepare<[], LastAttempt>(
        `SELECT destination, failing_since_ms AS failingSinceMs, told FROM shipping_attempt`,
      )
      .get();
    this.lastDestination = last?.destination ?? null;
    this.#failingSinceMs = last?.failingSinceMs ?? null;
    this.#told = this.#keepTold(JSON.parse(last?.told ?? '{}') as Told);
  }

  /** To be called by the one run that ships: one that was begun and has no end was killed. */
  begin(): void {
    this.#write(
      `INSERT INTO shipping_attempt (only, started_ms, destination) VALUES (1, @startedMs, @destination)
       ON CONFLICT DO UPDATE SET
         words = iif(outcome IS NULL, @killed, words),
         failing_since_ms = iif(outcome IS NULL, coalesce(failing_since_ms, started_ms), failing_since_ms),
         started_ms = @startedMs, destination = @destination, outcome = NULL`,
      { killed: KILLED },
    );
  }

  /**
   * Notes that all went, and tells the end of a failure that was told.
   *
   * @param notice what somebody should know all the same
   */
  succeed(notice: string | undefined): void {
    const told = notice !== undefined && this.#isDue(notice) ? notice : undefined;
    this.#end('done', undefined, told);
    if (told !== undefined) this.output.warn(told);
    this.#tellEnd();
  }

  /**
   * Notes how it failed.
   *
   * @returns what to throw: the error, or its exit code alone where it is to be told on stdout only
   */
  fail(error: unknown, notice?: string): unknown {
    const outcome = toOutcome(error);
    const isDue = this.#isDue(outcome);
    try {
      this.#end(outcome, toWords(error), isDue ? outcome : undefined);
    } catch {
      // The journal can't be written; why it failed before matters more.
      return error;
    }
    if (!isFailing(outcome)) this.#tellEnd();
    if (isDue) {
      if (notice !== undefined) this.output.warn(notice);
      return error;
    }
    this.output.print(toMessage(error));
    return new ExitCode(error instanceof UsageError ? 2 : 1);
  }

  /** Tells the end of a failure that was told. */
  #tellEnd(): void {
    const sinceMs = this.#failingSinceMs;
    if (this.options.remindEveryMs === undefined || sinceMs === null) return;
    if (!Object.values(this.#told).some((toldMs) => toldMs >= sinceMs)) return;
    this.output.warn(`shipping works again; it had failed since ${formatSecond(sinceMs)}`);
  }

  /** What is nothing new: it was told since runs fail, or not long ago. */
  #keepTold(told: Told): Told {
    const { remindEveryMs = MS_PER_DAY } = this.options;
    const sinceMs = Math.min(this.#failingSinceMs ?? Infinity, this.#startedMs - remindEveryMs + 1);
    const isKept = ([, toldMs]: [string, number]) => toldMs >= sinceMs && toldMs <= this.#startedMs;
    return Object.fromEntries(Object.entries(told).filter(isKept));
  }

  /** What is new is told at once, then one of all that go on. Whoever sits at a terminal is always told. */
  #isDue(what: string): boolean {
    const { remindEveryMs } = this.options;
    if (remindEveryMs === undefined || this.output.terminal !== undefined) return true;
    if (this.#told[what] === undefined) return true;
    return this.#startedMs - Math.max(...Object.values(this.#told)) >= remindEveryMs;
  }

  #end(outcome: FailedOutcome | 'done', words: string | undefined, told: string | undefined): void {
    const isFailed = isFailing(outcome);
    const end = {
      outcome,
      words: words?.slice(0, MAX_WORDS_LENGTH) ?? null,
      succeededMs: isFailed ? null : this.options.nowMs(),
      failingSinceMs: isFailed ? this.#startedMs : null,
      told: JSON.stringify({
        ...this.#told,
        ...(told === undefined ? {} : { [told]: this.#startedMs }),
      }),
    };
    this.#write(
      `INSERT INTO shipping_attempt (only, started_ms, destination, outcome, words, succeeded_ms,
         failing_since_ms, told)
       VALUES (1, @startedMs, @destination, @outcome, @words, @succeededMs, @failingSinceMs, @told)
       ON CONFLICT DO UPDATE SET
         started_ms = @startedMs, destination = @destination, outcome = @outcome, words = @words,
         succeeded_ms = coalesce(@succeededMs, succeeded_ms),
         failing_since_ms = iif(@failingSinceMs IS NULL, NULL, coalesce(failing_since_ms, @failingSinceMs)),
         told = @told`,
      end,
    );
  }

  #write(sql: string, values: Record<string, string | number | null>): void {
    const destination = this.options.destination ?? null;
    try {
      this.db.prepare(sql).run({ ...values, startedMs: this.#startedMs, destination });
    } catch (error) {
      throw asJournalError('cannot ship from the journal', this.db.name, error);
    }
  }
}

/**
 * Notes an attempt that failed before its journal was open. A journal that can't be opened has nothing noted.
 *
 * @returns what to throw, as `Attempt.fail`
 */
export function noteFailedStart(
  journal: string,
  error: unknown,
  output: Output,
  remindEveryMs?: number,
): unknown {
  let db: Database.Database | undefined;
  try {
    db = openExistingJournal(journal, Date.now());
    const options = { destination: undefined, remindEveryMs, nowMs: () => Date.now() };
    return new Attempt(db, options, output).fail(error);
  } catch {
    return error;
  } finally {
    if (db !== undefined) closeJournal(db);
  }
}

/** What a server refused is in quarantine, and the run went through. */
function isFailing(outcome: FailedOutcome | 'done'): boolean {
  return outcome !== 'done' && outcome !== 'refused';
}

function toOutcome(error: unknown): FailedOutcome {
  if (error instanceof ShipError) return error.outcome;
  return error instanceof UsageError ? 'misconfigured' : 'failed';
}

function toWords(error: unknown): string {
  return error instanceof ShipError ? error.words : toMessage(error);
}
