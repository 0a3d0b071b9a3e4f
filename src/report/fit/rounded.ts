import { MS_PER_SECOND } from '../../shared/units.js';
import { roundedCredits } from '../credits/rounded.js';
import { rounded } from '../rounded.js';
import type { SizeFit } from './fit.js';

/** What a size is and how it fits, as programs get it, in JSON and in CSV. */
export function sizeFigures(fit: SizeFit) {
  const { name, vcpus, baselinePercent, creditsPerHour, capCredits } = fit.size;
  return {
    size: name,
    vcpus,
    baselinePercent,
    creditsPerHour,
    capCredits,
    startBalanceCredits: roundedCredits(fit.startBalanceCpuMs),
    lowestBalanceCredits: roundedCredits(fit.lowestBalanceCpuMs),
    throttledSeconds: rounded(fit.throttledMs / MS_PER_SECOND),
    withheldCredits: roundedCredits(fit.withheldCpuMs),
    chargedCredits: roundedCredits(fit.chargedCpuMs),
    queuedCredits: roundedCredits(fit.queuedCpuMs),
    verdict: fit.verdict,
  };
}
