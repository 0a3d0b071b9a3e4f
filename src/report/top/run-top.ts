import { setTimeout } from 'node:timers/promises';
import { systemTimeZone } from '../../shared/days.js';
import type { GlobalOptions } from '../../shared/global-options.js';
import { JournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { keepHeapSmall } from '../../shared/small-heap.js';
import { withCleanup } from '../../shared/with-cleanup.js';
import { readTimeZone } from '../data/time-zone.js';
import { renderView } from '../formats/render.js';
import { parseBudgets } from '../models/budgets.js';
import type { ReportRow } from '../models/day.js';
import { readLastRun, thisMachine } from '../status/read-run.js';
import { explainSilence } from '../status/health.js';
import { toTerminal } from '../terminal.js';
import { rankUsers, topView } from '../views/top.js';
import { TopReader } from './read-top.js';
import { type KeyName, TopScreen } from './screen.js';

export interface TopFlags extends GlobalOptions {
  user?: string;
  interval: number;
  once?: true;
  format: 'table' | 'json';
}

/** What `psusage top` needs of other commands. */
export interface TopServices {
  /** The budgets and the time zone of `psusage report`, as the environment and the config file have them. */
  readReportOptions: () => Promise<{ budget: string[]; tz?: string }>;
  /** Records everything in a journal of its own until `stop` aborts; the journal is gone then. */
  recordAside: (
    host: string,
    stop: AbortSignal,
  ) => Promise<{ journal: string; ended: Promise<void> }>;
}

/** A recording of its own takes a moment to begin; it is looked for so often. */
const FIRST_SAMPLE_MS = 100;

/** So long after the first reading the second says what is used now. */
const ONCE_MS = 3_000;

/** What stands around the rows: the head and what is left out. */
const LINES_AROUND = 9;

const HELP = ' q ends · Up and Down choose · Enter shows processes · Escape goes back';

/** Shows who uses the CPU until `q` or a signal ends it, or once where that is wanted or nobody looks. */
export async function runTop(
  flags: TopFlags,
  services: TopServices,
  stop: AbortSignal,
): Promise<void> {
  keepHeapSmall();
  const { budget, tz } = await services.readReportOptions();
  const timeZone = tz === undefined ? systemTimeZone() : await readTimeZone(tz);
  const ending = new AbortController();
  stop.addEventListener('abort', () => {
    ending.abort();
  });
  const aside = isRecorded(flags.journal)
    ? undefined
    : await services.recordAside(flags.host, ending.signal);
  const { journal } = aside ?? flags;
  const notice = aside && 'no recorder runs: sampled for this screen alone, and not kept';
  aside?.ended.catch(() => {
    ending.abort();
  });
  try {
    while (aside !== undefined && !ending.signal.aborted && !isRecorded(journal)) {
      await pause(FIRST_SAMPLE_MS, ending.signal);
    }
    if (ending.signal.aborted) return;
    const db = openJournalReadOnly(journal);
    const reader = new TopReader(db, { host: flags.host, timeZone, budgets: parseBudgets(budget) });
    await withCleanup(
      () =>
        flags.once || flags.format === 'json' || !process.stdout.isTTY || !process.stdin.isTTY
          ? printOnce(reader, flags, notice, ending.signal)
          : new LiveTop(reader, flags, notice, ending).run(),
      () => {
        db.close();
      },
    );
  } finally {
    ending.abort();
    await aside?.ended;
  }
}

/** Whether a recorder writes this journal now. */
function isRecorded(journal: string): boolean {
  try {
    const db = openJournalReadOnly(journal);
    const run = readLastRun(db, thisMachine(Date.now()));
    db.close();
    return run !== null && run.lastTickMs !== null && explainSilence(run, 'UTC') === undefined;
  } catch (error) {
    const isNone =
      error instanceof JournalError && ['NO_JOURNAL', 'EMPTY_JOURNAL'].includes(error.code);
    if (isNone) return false;
    throw error;
  }
}

async function printOnce(
  reader: TopReader,
  { user, format }: TopFlags,
  notice: string | undefined,
  stop: AbortSignal,
): Promise<void> {
  reader.read(undefined);
  if (user !== undefined) reader.read(user);
  await pause(ONCE_MS, stop);
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  const terminal = toTerminal(process.stdout, { COLUMNS, NO_COLOR, TERM });
  const look = { chosen: undefined, room: Infinity, notice };
  process.stdout.write(await renderView(topView(reader.read(user), look), format, terminal));
}

class LiveTop {
  #user: string | undefined;
  /** The id of a user. */
  #chosen: number | undefined;
  #ranked: readonly ReportRow[] = [];
  #wake: () => void = () => undefined;
  readonly #screen: TopScreen;

  constructor(
    private readonly reader: TopReader,
    private readonly flags: TopFlags,
    private readonly notice: string | undefined,
    private readonly ending: AbortController,
  ) {
    this.#user = flags.user;
    this.#screen = new TopScreen(
      process.stdin,
      process.stdout,
      (key) => {
        this.#press(key);
      },
      () => {
        this.#wake();
      },
    );
  }

  async run(): Promise<void> {
    const { signal } = this.ending;
    await withCleanup(
      async () => {
        while (!signal.aborted) {
          await this.#draw();
          await this.#wait(signal);
        }
      },
      () => {
        this.#screen.end();
      },
    );
  }

  async #draw(): Promise<void> {
    const { NO_COLOR, TERM } = process.env;
    const top = this.reader.read(this.#user);
    const room = Math.max(1, this.#screen.rows - LINES_AROUND);
    this.#ranked = rankUsers(top).slice(0, room);
    this.#choose(0);
    const chosen = top.user === undefined ? this.#chosen : undefined;
    const view = topView(top, { chosen, room, notice: this.notice });
    const terminal = toTerminal(process.stdout, { NO_COLOR, TERM });
    const lines = (await renderView(view, 'table', terminal)).trimEnd().split('\n');
    this.#screen.draw([...lines, '', HELP.slice(0, terminal.columns)]);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => {
      woken.abort();
    };
    await pause(this.flags.interval, AbortSignal.any([signal, woken.signal]));
  }

  #press(key: KeyName): void {
    if (key === 'quit') this.ending.abort();
    if (key === 'up') this.#choose(-1);
    if (key === 'down') this.#choose(1);
    if (key === 'back') this.#user = undefined;
    if (key === 'enter' && this.#user === undefined) this.#user = this.#nameChosen();
    this.#wake();
  }

  /** Whoever was chosen stays so where their row moves. */
  #choose(step: number): void {
    const at = Math.max(
      0,
      this.#ranked.findIndex(({ id }) => id === this.#chosen),
    );
    this.#chosen = this.#ranked[Math.max(0, Math.min(at + step, this.#ranked.length - 1))]?.id;
  }

  #nameChosen(): string | undefined {
    const row = this.#ranked.find(({ id }) => id === this.#chosen);
    return row && (row.uid === null ? row.name : `uid:${row.uid}`);
  }
}

/** Waits so long, or until the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
