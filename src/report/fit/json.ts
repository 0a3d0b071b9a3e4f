import { isoWithOffset } from '../../shared/days.js';
import { MS_PER_SECOND } from '../../shared/units.js';
import { roundedCredits } from '../credits/rounded.js';
import { coverageInSeconds, textOf } from '../json.js';
import { rounded } from '../rounded.js';
import { isWholeHost } from '../whole-host.js';
import { BURSTABLE_FAMILIES } from './burstable-sizes.js';
import type { Fit } from './fit.js';
import { sizeFigures } from './rounded.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

/**
 * The fit as JSON, of the same shape whether anything was recorded or not. A verdict is `fits`,
 * `throttles` or `queues`; `smallest` is the name of the first size that fits. Without `wholeHost` the
 * host needs more than what is replayed.
 */
export function renderFitJson(fit: Fit): string {
  const { period } = fit;
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  const document = {
    schema: SCHEMA,
    view: 'fit',
    host: fit.host,
    from: iso(period.fromMs),
    to: iso(period.toMs),
    until: iso(fit.untilMs),
    timeZone: period.timeZone,
    days: period.days,
    vcpus: rounded(fit.vcpus),
    coverage: coverageInSeconds(fit),
    wholeHost: isWholeHost(fit.runs),
    replayedSeconds: fit.replayedMs / MS_PER_SECOND,
    demandCredits: roundedCredits(fit.demandCpuMs),
    peakPercent: rounded(fit.peakPercent),
    families: BURSTABLE_FAMILIES,
    sizes: fit.sizes.map(sizeFigures),
    smallest: fit.smallest?.size.name ?? null,
  };
  return textOf(document);
}
