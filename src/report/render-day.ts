import type { CommandResult } from './command-result.js';
import { partShown, renderView } from './formats/render.js';
import type { DayQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { type Day, dayView } from './views/day.js';

/**
 * The day in its format. Where users are checked against thresholds people get a line for each that is over one,
 * and programs the whole report.
 */
export async function renderDay(
  day: Day,
  { format, verbose, check: thresholds }: Pick<DayQuery, 'format' | 'verbose' | 'check'>,
  terminal: Terminal,
): Promise<CommandResult> {
  const render = () => renderView(dayView(day, verbose), format, terminal);
  if (thresholds === undefined) return { text: await render(), exitCode: 0 };
  const { check } = await import('./models/check.js');
  const { exitCode, lines } = check(day, thresholds);
  const text =
    partShown(format) === 'screen' ? lines.map((line) => `${line}\n`).join('') : await render();
  return { text, exitCode };
}
