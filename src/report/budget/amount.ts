import { UsageError } from '../../shared/errors.js';
import {
  UTIL_SECONDS_PER_CREDIT,
  UTIL_SECONDS_PER_VCPU_DAY,
  utilSeconds,
} from '../../shared/units.js';
import type { Period } from '../../shared/days.js';

/** What may be spent in a day: a fixed amount, or a part of one vCPU, which a longer day has more of. */
export type Amount =
  { kind: 'util-seconds a day'; utilSeconds: number } | { kind: 'part of a vCPU'; percent: number };

/** One vCPU for a day of 24 hours. */
export const ONE_VCPU: Amount = {
  kind: 'util-seconds a day',
  utilSeconds: UTIL_SECONDS_PER_VCPU_DAY,
};

const SHAPE = /^(\d{1,12}(?:\.\d{1,6})?)(%|c?)$/;

/**
 * Reads `20%` (of one vCPU, all day), `288c` (credits a day) or `1728000` (util-seconds a day).
 *
 * @throws UsageError when it is none of these, or nothing
 */
export function parseAmount(text: string): Amount {
  const [, number, unit] = SHAPE.exec(text) ?? [];
  const value = Number(number);
  if (number === undefined || value === 0) {
    throw new UsageError(
      `'${text}' is not a budget`,
      'write 20% (of one vCPU), 288c (credits a day) or 1728000 (util-seconds a day)',
    );
  }
  if (unit === '%') return { kind: 'part of a vCPU', percent: value };
  const perUnit = unit === 'c' ? UTIL_SECONDS_PER_CREDIT : 1;
  return { kind: 'util-seconds a day', utilSeconds: value * perUnit };
}

/** What it comes to in a day of 24 hours, in util-seconds. */
export function utilSecondsADay(amount: Amount): number {
  return amount.kind === 'util-seconds a day'
    ? amount.utilSeconds
    : (UTIL_SECONDS_PER_VCPU_DAY * amount.percent) / 100;
}

/** What it comes to in a period, in util-seconds. */
export function utilSecondsIn(amount: Amount, { fromMs, toMs, days }: Period): number {
  return amount.kind === 'util-seconds a day'
    ? amount.utilSeconds * days
    : (utilSeconds(toMs - fromMs) * amount.percent) / 100;
}
