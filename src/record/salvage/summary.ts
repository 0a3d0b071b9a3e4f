import { count, plural } from '../../shared/numbers.js';
import { type CopiedTable, isWhole } from './copy-table.js';
import { toStretches } from './sums.js';

const MAX_STRETCHES = 20;

/** What was copied of a table, in one line. */
export function formatTable(table: CopiedTable): string {
  const missing = isWhole(table) ? '' : `, ${formatMissing(table)} missing`;
  return `${table.table.name}: ${plural(table.copied, 'row')} copied${missing}`;
}

function formatMissing({ table, lost, refused, missing }: CopiedTable): string {
  if (missing !== undefined) return count(missing.size + refused.length);
  // A moment that numbers a row tells nothing of how many there are.
  if (table.rowId?.endsWith('_ms') === true) return 'some';
  const most = lost.reduce((sum, { after, upTo }) => sum + Number(upTo) - Number(after), 0);
  return Number.isSafeInteger(most) ? `up to ${count(most + refused.length)}` : 'some';
}

/** What reports of the journal can't tell, and what was made up for, a line each. */
export function formatSums({
  gaps,
  rebuilt,
  unsent,
}: {
  gaps: readonly number[];
  rebuilt: readonly number[];
  unsent: number;
}): string[] {
  const stretches = toStretches(gaps);
  const more = stretches.length - MAX_STRETCHES;
  return [
    rebuilt.length > 0
      ? `the sums of ${plural(rebuilt.length, 'quarter-hour')} were calculated from their records`
      : '',
    gaps.length > 0
      ? `${plural(gaps.length, 'quarter-hour')} can’t be read; reports show gaps:`
      : '',
    ...stretches
      .slice(0, MAX_STRETCHES)
      .map(({ fromMs, toMs }) => `  from ${formatMinute(fromMs)} to ${formatMinute(toMs)}`),
    more > 0 ? `  and ${count(more)} more` : '',
    unsent > 0
      ? `${plural(unsent, 'record')} may have been sent before; to send them again: psusage ship --resend all`
      : '',
  ].filter((line) => line !== '');
}

/** `2026-11-25T22:45Z` */
function formatMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
