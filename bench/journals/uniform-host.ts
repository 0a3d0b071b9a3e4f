import { between, type Random } from '../loads/random.js';
import { type Account, CRON, type Host, MYSQLD, PHP_FPM, type Service, usersOf } from './host.js';
import { pick, weighted } from './pick.js';
import { shortLives } from './short-lives.js';
import { siteAccount } from './site.js';

const FIRST_SITE_UID = 1001;
const SITES = 50;

/**
 * A host of fifty sites, a few of which have most of the visitors, every day alike.
 *
 * @param startsIn how many lifecycles start in a quarter-hour
 */
export function uniformHost(random: Random, startsIn: (quarterMs: number) => number): Host {
  const sites = Array.from({ length: SITES }, (_, at) => ({
    uid: FIRST_SITE_UID + at,
    name: `site${String(at + 1).padStart(2, '0')}`,
  }));
  const popular = weighted(sites, (_, at) => 1 / (at + 1));
  const services = servicesOf(random);
  return {
    users: usersOf(sites, services),
    services,
    livesFrom: (quarterMs) =>
      shortLives(startsIn(quarterMs), quarterMs, random).map((life) => ({
        ...life,
        account: siteAccount(pick(popular, random), random),
      })),
  };
}

function servicesOf(random: Random): Service[] {
  const service = (account: Account, leastCpuMs: number, mostCpuMs: number): Service => ({
    account,
    cpuMsIn: () => between(random, leastCpuMs, mostCpuMs),
  });
  const haproxy = { uid: 108, user: 'haproxy', program: 'haproxy', command: 'haproxy' };
  const node = { uid: FIRST_SITE_UID, user: 'site01', program: 'node', command: 'node' };
  return [
    service(CRON, 10, 60),
    service(PHP_FPM, 40, 400),
    service(haproxy, 5_000, 40_000),
    service(MYSQLD, 20_000, 180_000),
    service(node, 2_000, 20_000),
  ];
}
