import { warnOfUnknownTimeZone } from '../../shared/check-time-zone.js';
import { systemTimeZone } from '../../shared/days.js';
import { ExitCode } from '../../shared/errors.js';
import type { GlobalOptions } from '../../shared/global-options.js';
import { readHostCounter } from '../data/counters.js';
import { readJournal } from '../data/journal.js';
import { toPrometheus } from '../formats/prometheus.js';
import { renderView } from '../formats/render.js';
import { statusMetrics } from '../views/status-metrics.js';
import { statusView } from '../views/status.js';
import { terminalFor, writeOutput } from '../write-output.js';
import { judgeHealth } from './health.js';
import { readFacts } from './read-facts.js';
import { thisMachine } from './read-run.js';

export interface StatusFlags extends GlobalOptions {
  format: 'table' | 'json' | 'prometheus';
  /** A file, `-` for stdout. */
  output?: string;
}

/**
 * Prints the status in one piece.
 *
 * @throws ExitCode 1 when something is not as it should be, unless that is for Prometheus to tell
 * @throws JournalError when there is no journal, or it can't be read
 */
export async function printStatus({ journal, format, output }: StatusFlags): Promise<void> {
  const { facts, counter } = readJournal(journal, (db) => ({
    facts: readFacts(db, journal, thisMachine(Date.now())),
    counter: readHostCounter(db),
  }));
  const timeZone = format === 'table' ? systemTimeZone() : 'UTC';
  if (format === 'table') await warnOfUnknownTimeZone(facts.nowMs, timeZone, 'TZ');
  const status = { facts, health: judgeHealth(facts, timeZone) };
  if (format === 'prometheus') {
    writeOutput(toPrometheus(statusMetrics(status, counter)), output);
    return;
  }
  const view = statusView(status, timeZone);
  writeOutput(await renderView(view, format, terminalFor(output)), output);
  if (status.health.problems.length > 0) throw new ExitCode(1);
}
