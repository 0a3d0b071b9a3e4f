import { MS_PER_SECOND } from '../../shared/units.js';
import { coverageLine, hiddenLine, selectionLine } from '../table/foot.js';
import { precisionLines } from '../table/precision.js';
import { isWholeHost } from '../whole-host.js';
import { BURSTABLE_FAMILIES } from './burstable-sizes.js';
import type { Fit, SizeFit } from './fit.js';

/** Which size would do, what the figures mean, and how much is known. Each line as long as it is. */
export function fitFoot(fit: Fit): string[] {
  if (fit.sizes.length === 0) {
    return [`nothing was recorded ${fit.period.days === 1 ? 'on this day' : 'in these days'}`];
  }
  return [
    smallestLine(fit),
    ...queueLine(fit),
    'lowest, throttled: in standard mode; charged: in unlimited mode',
    'CPU only: memory is not looked at',
    'each begins as if these days had come before, again and again',
    coverageLine(fit),
    ...gapLine(fit),
    ...selectionLine(fit),
    ...hiddenLine(fit),
    ...precisionLines(fit.runs),
    ...hostLine(fit),
  ];
}

function smallestLine({ smallest, runs }: Fit): string {
  if (smallest === null) return 'no size gets by without throttling or queueing';
  const ofWhat = isWholeHost(runs) ? '' : ', for what was recorded';
  return `smallest size that never throttles: ${namesOf(smallest)}${ofWhat}`;
}

function namesOf({ size }: SizeFit): string {
  return BURSTABLE_FAMILIES.map((family) => `${family}.${size.name}`).join(', ');
}

function queueLine({ sizes }: Fit): string[] {
  return sizes.some(({ verdict }) => verdict === 'queues')
    ? ['work queues: a quarter-hour asked for more than all vCPUs of the size at 100 %']
    : [];
}

function gapLine({ coverage }: Fit): string[] {
  return coverage.askedMs - coverage.recordedMs < MS_PER_SECOND
    ? []
    : ['quarter-hours of which nothing is known are left out, not taken for idle'];
}

function hostLine({ runs }: Fit): string[] {
  return isWholeHost(runs) ? [] : ['not all of the host was recorded: it needs more than this'];
}
