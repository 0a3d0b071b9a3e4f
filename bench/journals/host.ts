import { between, type Random } from '../loads/random.js';

/** Whose lifecycles and records are. */
export interface Account {
  readonly uid: number;
  readonly user: string;
  readonly program: string;
  readonly command: string;
}

/** A process that lives all the time, and what it uses in a quarter-hour. */
export interface Service {
  readonly account: Account;
  readonly leastCpuMs: number;
  readonly mostCpuMs: number;
}

/** A shared server: sites of many users, and what serves them all. */
export interface Host {
  readonly users: readonly { readonly uid: number; readonly name: string }[];
  readonly services: readonly Service[];
  /** Whose the next short lifecycle is. */
  readonly nextAccount: () => Account;
}

const FIRST_SITE_UID = 1001;
const SITES = 50;

/** What the processes of a site are, and how many of a hundred. */
const OF_A_SITE = [
  { program: 'php-fpm', command: 'php-fpm8.2', percent: 86 },
  { program: 'cron', command: 'sh', percent: 5 },
  { program: 'cron', command: 'php8.2', percent: 6 },
  { program: 'git', command: 'git', percent: 3 },
] as const;

const ROOT = { uid: 0, user: 'root' };

/** The daemon whose children become their user's. */
export const CRON: Account = { ...ROOT, program: 'cron', command: 'cron' };

const SERVICES: readonly Service[] = [
  service(CRON, 10, 60),
  service({ ...ROOT, program: 'php-fpm', command: 'php-fpm8.2' }, 40, 400),
  service({ uid: 108, user: 'haproxy', program: 'haproxy', command: 'haproxy' }, 5_000, 40_000),
  service({ uid: 113, user: 'mysql', program: 'mysqld', command: 'mysqld' }, 20_000, 180_000),
  service({ uid: 1001, user: 'site01', program: 'node', command: 'node' }, 2_000, 20_000),
];

/** A host of fifty sites, a few of which have most of the visitors. */
export function hostOf(random: Random): Host {
  const sites = Array.from({ length: SITES }, (_, at) => ({
    uid: FIRST_SITE_UID + at,
    name: `site${String(at + 1).padStart(2, '0')}`,
  }));
  const shares = cumulated(sites.map((_, at) => 1 / (at + 1)));
  const kinds = cumulated(OF_A_SITE.map(({ percent }) => percent));
  const accounts = sites.map(({ uid, name }) =>
    OF_A_SITE.map(({ program, command }): Account => ({ uid, user: name, program, command })),
  );
  const others = SERVICES.map(({ account }) => ({ uid: account.uid, name: account.user }));
  return {
    users: [...new Map([...sites, ...others].map((user) => [user.uid, user])).values()],
    services: SERVICES,
    nextAccount: () => pick(pick(accounts, shares, random), kinds, random),
  };
}

/** What a service uses in one quarter-hour, in ms. */
export function cpuMsOf({ leastCpuMs, mostCpuMs }: Service, random: Random): number {
  return between(random, leastCpuMs, mostCpuMs);
}

function service(account: Account, leastCpuMs: number, mostCpuMs: number): Service {
  return { account, leastCpuMs, mostCpuMs };
}

/** Sums up to each place, as parts of the whole. */
function cumulated(weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight) / whole);
}

function pick<T>(list: readonly T[], upTo: readonly number[], random: Random): T {
  const drawn = random();
  const picked = list[upTo.findIndex((mark) => drawn < mark)] ?? list.at(-1);
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}
