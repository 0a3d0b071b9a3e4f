import { credits, MS_PER_SECOND } from '../../shared/units.js';
import { rounded } from '../rounded.js';
import { type Account, capCpuMs, type Movement } from './account.js';
import type { LedgerAccount } from './ledger.js';

/** CPU time in credits, as programs get them. */
export function roundedCredits(cpuMs: number): number | null {
  return rounded(credits(cpuMs));
}

/** The figures of an account as programs get them, in JSON and in CSV. */
export function accountFigures(account: LedgerAccount) {
  return {
    creditsPerHour: rounded(account.terms.creditsPerHour),
    capCredits: roundedCredits(capCpuMs(account.terms)),
    ...movementFigures(account, account.end),
    lowestBalanceCredits: roundedCredits(account.lowestBalanceCpuMs),
    startSpreadCredits: roundedCredits(account.startSpreadCpuMs),
  };
}

/** What several accounts have in common. */
export function movementFigures(movement: Movement, end: Account) {
  return {
    earnedCredits: roundedCredits(movement.earnedCpuMs),
    spentCredits: roundedCredits(movement.spentCpuMs),
    lostCredits: roundedCredits(movement.lostCpuMs),
    balanceCredits: roundedCredits(end.balanceCpuMs),
    surplusCredits: roundedCredits(end.surplusCpuMs),
    withheldCredits: roundedCredits(movement.withheldCpuMs),
    throttledSeconds: rounded(movement.throttledMs / MS_PER_SECOND),
    chargedCredits: roundedCredits(movement.chargedCpuMs),
  };
}
