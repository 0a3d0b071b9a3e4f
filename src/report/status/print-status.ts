import { warnOfUnknownTimeZone } from '../../shared/check-time-zone.js';
import { systemTimeZone } from '../../shared/days.js';
import { ExitCode } from '../../shared/errors.js';
import { readJournal } from '../data/journal.js';
import { readPagerColumns, toTerminal } from '../terminal.js';
import { renderView } from '../formats/render.js';
import { statusView } from '../views/status.js';
import { judgeHealth } from './health.js';
import { readFacts } from './read-facts.js';
import { thisMachine } from './read-run.js';

/**
 * Prints the status to stdout, in one piece.
 *
 * @throws ExitCode 1 when something is not as it should be
 * @throws JournalError when there is no journal, or it can't be read
 */
export async function printStatus(journal: string, format: 'table' | 'json'): Promise<void> {
  const facts = readJournal(journal, (db) => readFacts(db, journal, thisMachine(Date.now())));
  const timeZone = format === 'json' ? 'UTC' : systemTimeZone();
  if (format !== 'json') await warnOfUnknownTimeZone(facts.nowMs, timeZone, 'TZ');
  const health = judgeHealth(facts, timeZone);
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  const terminal = toTerminal(process.stdout, { COLUMNS, NO_COLOR, TERM }, readPagerColumns);
  const view = statusView({ facts, health }, timeZone);
  process.stdout.write(await renderView(view, format, terminal));
  if (health.problems.length > 0) throw new ExitCode(1);
}
