import { decimal, plural } from '../../shared/numbers.js';
import { credits, MS_PER_SECOND } from '../../shared/units.js';
import { renamedLine } from '../renamed-users.js';
import { coverageLine, durationInWords, hiddenLine, selectionLine } from '../table/foot.js';
import { precisionLines } from '../table/precision.js';
import { momentInWords } from '../table/moments.js';
import { isWholeHost } from '../whole-host.js';
import type { CreditMode } from './account.js';
import type { Ledger } from './ledger.js';

const OVER: Record<CreditMode, string> = {
  standard: 'over: what would not have been given; throttled: time held to the baseline instead',
  unlimited: 'over: surplus beyond 24 hours of earnings, which is charged',
};

/** A hundredth of a credit, in CPU time: a smaller one is not shown. */
const SHOWN_CPU_MS = 600;

/** What the figures mean, where the accounts begin, and how much is known. Each line as long as it is. */
export function ledgerFoot(ledger: Ledger): string[] {
  if (ledger.rows.length === 0 && ledger.coverage.recordedMs === 0) {
    return [nothingLine(ledger), ...gapLine(ledger)];
  }
  return [
    OVER[ledger.mode],
    startLine(ledger),
    coverageLine(ledger),
    ...gapLine(ledger),
    ...renamedLine(ledger.renamed),
    ...selectionLine(ledger),
    ...hiddenLine(ledger),
    ...precisionLines(ledger.runs),
    ...hostLine(ledger),
  ];
}

function nothingLine({ period }: Ledger): string {
  return `nothing was recorded ${period.days === 1 ? 'on this day' : 'in these days'}`;
}

function startLine({ replayedFromMs, period, rows, hostAccount }: Ledger): string {
  const from = momentInWords(replayedFromMs, period.timeZone);
  const open = [...rows, ...(hostAccount === null ? [] : [hostAccount])].filter(
    ({ startSpreadCpuMs }) => startSpreadCpuMs >= SHOWN_CPU_MS,
  );
  const begun = `accounts begin with 0 on ${from}`;
  if (open.length === 0) return begun;
  const most = Math.max(...open.map(({ startSpreadCpuMs }) => startSpreadCpuMs));
  return `${begun}; begun full, ${plural(open.length, 'account')} would now have more, up to ${decimal(credits(most))}`;
}

/** Time passes in a gap, and earns; only what was spent is not known. */
function gapLine({ unknownMs }: Ledger): string[] {
  if (unknownMs < MS_PER_SECOND) return [];
  return [
    `${durationInWords(unknownMs)} since accounts begin not recorded: credits were earned, what was spent is not known`,
  ];
}

function hostLine({ runs }: Ledger): string[] {
  return isWholeHost(runs)
    ? []
    : ['not all of the host was recorded: it spent more than this, and has less left'];
}
