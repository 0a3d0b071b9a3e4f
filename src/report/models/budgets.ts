import { InvalidArgumentError } from 'commander';
import type { Period } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import { type NamedUsers, parseNamedUsers, usersNamed } from '../../shared/named-user.js';
import {
  utilSecondsToCpuMs,
  UTIL_SECONDS_PER_CREDIT,
  UTIL_SECONDS_PER_VCPU_DAY,
} from '../../shared/units.js';

/** What may be spent in a day: a fixed amount, or a part of one vCPU, which a longer day has more of. */
export type Amount =
  { kind: 'util-seconds a day'; utilSeconds: number } | { kind: 'part of a vCPU'; percent: number };

/** One vCPU for a day of 24 hours. */
export const ONE_VCPU: Amount = {
  kind: 'util-seconds a day',
  utilSeconds: UTIL_SECONDS_PER_VCPU_DAY,
};

/** Who may spend how much. */
export interface Budgets {
  /** Of whoever has none of their own. */
  others: Amount;
  /** In the order in which they were given. */
  own: readonly { holders: NamedUsers; amount: Amount }[];
}

/** Whether any budget was given; else everybody has one vCPU. */
export function areGiven({ others, own }: Budgets): boolean {
  return own.length > 0 || others !== ONE_VCPU;
}

/**
 * Reads what was given with `--budget`: an amount for everybody, or `<user>=<amount>`, by name, `uid:1001` or
 * shell pattern. Of several for one user a name or uid goes over a pattern, and later ones over earlier ones.
 *
 * @throws UsageError when an amount or a uid is none
 */
export function parseBudgets(texts: readonly string[]): Budgets {
  let others = ONE_VCPU;
  const own: Budgets['own'][number][] = [];
  for (const text of texts) {
    // A name may hold an equals sign, an amount can't.
    const at = text.lastIndexOf('=');
    const amount = parseAmount(text.slice(at + 1).trim());
    if (at < 0) others = amount;
    else own.push({ holders: parseNamedUsers(text.slice(0, at).trim()), amount });
  }
  return { others, own };
}

const AMOUNT = /^(\d{1,12}(?:\.\d{1,6})?)(%|c?)$/;

/**
 * Reads `20%` (of one vCPU, all day), `288c` (credits a day) or `1728000` (util-seconds a day).
 *
 * @throws UsageError when it is none of these, or nothing
 */
export function parseAmount(text: string): Amount {
  const [, number, unit] = AMOUNT.exec(text) ?? [];
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

/** What it comes to in a period, in milliseconds of CPU time. */
export function cpuMsIn(amount: Amount, { fromMs, toMs, days }: Period): number {
  return amount.kind === 'util-seconds a day'
    ? utilSecondsToCpuMs(amount.utilSeconds) * days
    : ((toMs - fromMs) * amount.percent) / 100;
}

/** The budgets, with `resolve` applied to the users of each. */
export function resolveHolders(
  budgets: Budgets,
  resolve: (named: NamedUsers) => NamedUsers,
): Budgets {
  const own = budgets.own.map(({ holders, amount }) => ({ holders: resolve(holders), amount }));
  return { ...budgets, own };
}

/** What each of these users may spend in a day. */
export function resolveAmounts<User extends { name: string; uid: number | null }>(
  { others, own }: Budgets,
  users: readonly User[],
): (user: User) => Amount {
  const amounts = new Map<User, Amount>();
  const byRank = [
    ...own.filter(({ holders }) => holders.kind === 'pattern'),
    ...own.filter(({ holders }) => holders.kind === 'user'),
  ];
  for (const { holders, amount } of byRank) {
    for (const user of usersNamed(holders, users)) amounts.set(user, amount);
  }
  return (user) => amounts.get(user) ?? others;
}

/**
 * What each of these rows may spend; null where they may not all spend the same.
 *
 * @param budgets of each row
 * @param ofOthers what is true of no rows at all
 */
export function commonBudget(budgets: readonly number[], ofOthers: number): number | null {
  const [first = ofOthers] = budgets;
  return budgets.every((budget) => budget === first) ? first : null;
}

/** From which part of a budget on something is to be said, in per cent. */
export interface Thresholds {
  warningPercent: number;
  criticalPercent: number;
}

const THRESHOLDS = /^(\d{1,6}(?:\.\d{1,3})?)%?,(\d{1,6}(?:\.\d{1,3})?)%?$/;

/** Reads `80,100`. */
export function parseThresholds(text: string): Thresholds {
  const [, warning, critical] = THRESHOLDS.exec(text.replaceAll(' ', '')) ?? [];
  const thresholds = { warningPercent: Number(warning), criticalPercent: Number(critical) };
  if (warning === undefined || thresholds.warningPercent > thresholds.criticalPercent) {
    throw new InvalidArgumentError('It must be two percentages, the lower one first: 80,100.');
  }
  return thresholds;
}
