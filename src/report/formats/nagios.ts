import { plural, rounded } from '../../shared/numbers.js';
import { NOT_PRINTABLE, sanitize } from '../../shared/sanitize.js';
import {
  type CheckOptions,
  type CheckResult,
  type CheckState,
  formatCostliest,
} from '../models/check.js';

const EXIT_CODES: Readonly<Record<CheckState, number>> = {
  ...{ ok: 0, warning: 1, critical: 2, unknown: 3 },
};

const MOST_NAMED = 3;

const NOT_IN_LABEL = new RegExp(`[='|%]|${NOT_PRINTABLE.source}`, 'gu');

/** What Nagios reads of a plugin, less the line's end. */
const MOST_BYTES = 8_191;

/**
 * A check as the Monitoring Plugins Guidelines have it: one line of status, text and performance data, and their exit code.
 *
 * Source: https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function toNagios(
  { state, users, unknown, limit }: CheckResult,
  thresholds: CheckOptions,
): { text: string; exitCode: number } {
  const over = users.filter((user) => user.state !== 'ok');
  // Early in the day, and of a day that is over, there is nothing to be projected.
  const isProjected = users.some((user) => user.isProjected);
  const spending = isProjected ? `of ${limit} by midnight` : `of ${limit}`;
  const found = [
    ...(over.length > 0 ? [`${formatOver(over)} ${spending}`] : []),
    ...over.slice(0, MOST_NAMED).flatMap(formatProcesses),
    ...(unknown === undefined ? [] : [unknown]),
  ].join('; ');
  const within = `${plural(users.length, 'user')} below ${thresholds.warningPercent} % ${spending}`;
  const head = formatNagios(state, found === '' ? within : found);
  const { warningPercent, criticalPercent } = thresholds;
  const data = users.map(
    ({ row, percent }) =>
      `'${toLabel(row.key)}'=${percent.toFixed(2)}%;${warningPercent};${criticalPercent}`,
  );
  return { text: `${addData(head, data)}\n`, exitCode: EXIT_CODES[state] };
}

function formatOver(over: CheckResult['users']): string {
  const named = over.map(({ row, percent }) => `${row.key} ${rounded(percent)} %`);
  if (named.length <= MOST_NAMED) return named.join(', ');
  return `${named.slice(0, MOST_NAMED).join(', ')} and ${named.length - MOST_NAMED} more`;
}

function formatProcesses(user: CheckResult['users'][number]): string[] {
  const costliest = formatCostliest(user);
  return costliest === '' ? [] : [`costliest of ${user.row.key}: ${costliest}`];
}

/** As many as are read, the worst first. */
function addData(head: string, data: readonly string[]): string {
  let room = MOST_BYTES - Buffer.byteLength(`${head} |`);
  const read = data.filter((datum) => (room -= Buffer.byteLength(` ${datum}`)) >= 0);
  return read.length === 0 ? head : `${head} | ${read.join(' ')}`;
}

/** A check that failed, as one line; what a plugin can't find out is unknown rather than a warning. */
export function toNagiosFailure(message: string): { text: string; exitCode: number } {
  return { text: `${formatNagios('unknown', message)}\n`, exitCode: EXIT_CODES.unknown };
}

function formatNagios(state: CheckState, text: string): string {
  return `PSUSAGE ${state.toUpperCase()}: ${sanitize(text).replaceAll('|', '/')}`;
}

/** What a label can't have is percent-encoded as in a URL, so that labels differ where names do. */
function toLabel(name: string): string {
  return name.replace(NOT_IN_LABEL, (character) =>
    Buffer.from(character).toString('hex').replaceAll(/../g, '%$&'),
  );
}
