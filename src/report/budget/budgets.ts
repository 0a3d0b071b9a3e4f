import { type NamedUser, parseNamedUser, usersNamed } from '../../shared/named-user.js';
import { isShellGlob, shellGlob } from '../../shared/shell-glob.js';
import { type Amount, ONE_VCPU, parseAmount } from './amount.js';

/** Whose budget it is. */
type Holder = { kind: 'user'; named: NamedUser } | { kind: 'users'; pattern: RegExp };

/** Who may spend how much. */
export interface Budgets {
  /** Of whoever has none of their own. */
  others: Amount;
  /** In the order in which they were given. */
  own: readonly { holder: Holder; amount: Amount }[];
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
    else own.push({ holder: holderOf(text.slice(0, at).trim()), amount });
  }
  return { others, own };
}

/** The same budgets, of those whom `settle` tells of each that one user has. */
export function withHolders(budgets: Budgets, settle: (named: NamedUser) => NamedUser): Budgets {
  const own = budgets.own.map(({ holder, amount }) => ({
    holder: holder.kind === 'user' ? { ...holder, named: settle(holder.named) } : holder,
    amount,
  }));
  return { ...budgets, own };
}

/** What each of these users may spend in a day. */
export function amountsOf<User extends { name: string; uid: number | null }>(
  { others, own }: Budgets,
  users: readonly User[],
): (user: User) => Amount {
  const amounts = new Map<User, Amount>();
  const byRank = [
    ...own.filter(({ holder }) => holder.kind === 'users'),
    ...own.filter(({ holder }) => holder.kind === 'user'),
  ];
  for (const { holder, amount } of byRank) {
    for (const user of holdersAmong(holder, users)) amounts.set(user, amount);
  }
  return (user) => amounts.get(user) ?? others;
}

function holdersAmong<User extends { name: string; uid: number | null }>(
  holder: Holder,
  users: readonly User[],
): User[] {
  return holder.kind === 'user'
    ? usersNamed(holder.named, users)
    : users.filter(({ name }) => holder.pattern.test(name));
}

/**
 * What each of these rows may spend, in util-seconds; null where they may not all spend the same.
 *
 * @param ofOthers what is true of no rows at all
 */
export function commonBudget(
  rows: readonly { budgetUtilSeconds: number }[],
  ofOthers: number,
): number | null {
  const first = rows[0]?.budgetUtilSeconds ?? ofOthers;
  return rows.every(({ budgetUtilSeconds }) => budgetUtilSeconds === first) ? first : null;
}

function holderOf(text: string): Holder {
  return isShellGlob(text)
    ? { kind: 'users', pattern: shellGlob(text) }
    : { kind: 'user', named: parseNamedUser(text) };
}
