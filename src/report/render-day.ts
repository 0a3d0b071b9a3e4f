import type { CommandResult } from './command-result.js';
import type { CheckResult } from './models/check.js';
import { partShown, renderView } from './formats/render.js';
import type { ReportQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { type Day, dayView } from './views/day.js';

/** Exit codes of a check, by what it has found. */
const EXIT_CODES = { ok: 0, unknown: 1, warning: 3, critical: 4 } as const;

/**
 * The day in its format. Where users are checked against thresholds people get a line for each that is over one,
 * and programs the whole report.
 *
 * @param checked what the check has found, where its source tells more than the day
 */
export async function renderDay(
  day: Day,
  { format, verbose, check: options }: Pick<ReportQuery, 'format' | 'verbose' | 'check'>,
  terminal: Terminal,
  checked?: CheckResult,
): Promise<CommandResult> {
  const render = () => renderView(dayView(day, verbose), format, terminal);
  if (options === undefined) return { text: await render(), exitCode: 0 };
  const { check, formatCheck } = await import('./models/check.js');
  const result = checked ?? check(day, options);
  if (options.isForNagios) {
    const { toNagios } = await import('./formats/nagios.js');
    return toNagios(result, options);
  }
  const text =
    partShown(format) === 'screen'
      ? formatCheck(result)
          .map((line) => `${line}\n`)
          .join('')
      : await render();
  return { text, exitCode: EXIT_CODES[result.state] };
}
