import { systemTimeZone } from '../../shared/days.js';
import type { GlobalOptions } from '../../shared/global-options.js';
import { JournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { keepHeapSmall } from '../../shared/small-heap.js';
import { withCleanup } from '../../shared/with-cleanup.js';
import { readTimeZone } from '../data/time-zone.js';
import { renderView } from '../formats/render.js';
import { parseBudgets } from '../models/budgets.js';
import { readLastRun, thisMachine } from '../status/read-run.js';
import { explainSilence } from '../status/health.js';
import { toTerminal } from '../terminal.js';
import { topView } from '../views/top.js';
import { LiveTop } from './live-top.js';
import { pause } from './pause.js';
import { TopReader } from './read-top.js';

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
  const isLive =
    flags.once !== true &&
    flags.format === 'table' &&
    process.stdin.isTTY &&
    process.stdout.isTTY &&
    process.env['TERM'] !== 'dumb';
  aside?.ended.catch(() => {
    ending.abort();
  });
  let printed = '';
  try {
    while (aside !== undefined && !ending.signal.aborted && !isRecorded(journal)) {
      await pause(FIRST_SAMPLE_MS, ending.signal);
    }
    if (ending.signal.aborted) return;
    const db = openJournalReadOnly(journal);
    const reader = new TopReader(db, { host: flags.host, timeZone, budgets: parseBudgets(budget) });
    await withCleanup(
      async () => {
        const userId = flags.user === undefined ? undefined : reader.findUser(flags.user);
        if (isLive) await new LiveTop(reader, userId, flags.interval, notice, ending).run();
        else printed = await renderOnce(reader, userId, flags.format, notice, ending.signal);
      },
      () => {
        db.close();
      },
    );
  } finally {
    ending.abort();
    await aside?.ended;
  }
  process.stdout.write(printed);
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

async function renderOnce(
  reader: TopReader,
  userId: number | undefined,
  format: TopFlags['format'],
  notice: string | undefined,
  stop: AbortSignal,
): Promise<string> {
  reader.read(userId);
  await pause(ONCE_MS, stop);
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  const terminal = toTerminal(process.stdout, { COLUMNS, NO_COLOR, TERM });
  const look = { chosen: undefined, above: 0, room: Infinity, notice };
  return renderView(topView(reader.read(userId), look), format, terminal);
}
