import type { Span } from '../../src/shared/days.js';
import { MS_PER_DAY } from '../../src/shared/units.js';
import type { Random } from '../random.js';
import { type Customer, CUSTOMERS, plannedCredits, shareAt } from './customers.js';
import { type Account, CRON, type Host, type Service, type ShortLife } from './host.js';
import { Visits } from './visits.js';

const MS_PER_CREDIT = 60_000;
const QUARTERS_PER_DAY = 96;

/** A customer's day has so much more or less than planned, at most; a quarter-hour of a service too. */
const DAILY_NOISE = 0.12;
const SERVICE_NOISE = 0.3;

/** What the database and the web server use, of all that customers do. */
const MYSQLD_SHARE = 0.24;
const NGINX_SHARE = 0.05;

const CRON_CPU_MS = 40;
const PHP_FPM_CPU_MS = 900;
const KWORKER_CPU_MS = 1_500;

const ROOT = { uid: 0, user: 'root' };

const PHP_FPM: Account = { ...ROOT, program: 'php-fpm', command: 'php-fpm8.2' };
const MYSQLD: Account = { uid: 113, user: 'mysql', program: 'mysqld', command: 'mysqld' };
const NGINX: Account = { uid: 33, user: 'www-data', program: 'nginx', command: 'nginx' };
const KWORKER: Account = { ...ROOT, program: 'kworker', command: 'kworker/0:1' };

/** Each night, all databases. */
const BACKUP: Account = { ...ROOT, program: 'cron', command: 'mysqldump' };
const BACKUP_AT_MS = 3 * 3_600_000;
const BACKUP_DELAY_MS = 1_000;
const BACKUP_MS = 780_000;
const BACKUP_CPU_MS = 520_000;

export interface HostOptions {
  /** The beginning of its first day. */
  readonly fromMs: number;
  /** When nobody looks: what starts or ends then is not known. */
  readonly missed: readonly Span[];
  /** CPU time of a customer's process, in the mean; a few of them share each day, when left out. */
  readonly lifeCpuMs?: number;
}

/**
 * A host of 37 customers with a rhythm by day and week, of whom some grow, shrink, jump, come and go, and what
 * serves them: forty users.
 */
export function customerHost(random: Random, { fromMs, missed, lifeCpuMs }: HostOptions): Host {
  const spentIn = planSpending(random, fromMs);
  const services = [...planServices(random, fromMs), ...planEncoders(spentIn)];
  const sites = CUSTOMERS.filter(({ runs }) => runs === 'site').map((customer) => ({
    customer,
    visits: new Visits(customer, random, lifeCpuMs),
  }));
  const isMissed = ({ startedMs, endedMs }: ShortLife): boolean =>
    missed.some((each) => each.fromMs < endedMs && startedMs < each.toMs);
  return {
    users: listUsers(services),
    services,
    livesFrom: (quarterMs) =>
      sites
        .flatMap(({ customer, visits }) =>
          visits.startIn(
            quarterMs,
            spentIn(customer, quarterMs),
            plannedDayMs(customer, fromMs, quarterMs),
          ),
        )
        .concat(planBackup(quarterMs))
        .filter((life) => !isMissed(life))
        .sort((a, b) => a.startedMs - b.startedMs),
  };
}

/** What the host itself runs; the database and the web server as much as there is to do. */
function planServices(random: Random, fromMs: number): Service[] {
  const plannedIn = (ms: number): number =>
    CUSTOMERS.filter(({ runs }) => runs === 'site').reduce(
      (sum, customer) => sum + plannedMs(customer, fromMs, ms),
      0,
    );
  const shaken = (cpuMs: number): number =>
    Math.round(cpuMs * (1 + SERVICE_NOISE * (2 * random() - 1)));
  return [
    { account: CRON, cpuMsIn: () => shaken(CRON_CPU_MS) },
    { account: PHP_FPM, cpuMsIn: () => shaken(PHP_FPM_CPU_MS) },
    { account: KWORKER, cpuMsIn: () => shaken(KWORKER_CPU_MS) },
    { account: NGINX, cpuMsIn: (ms) => shaken(NGINX_SHARE * plannedIn(ms)) },
    { account: MYSQLD, cpuMsIn: (ms) => shaken(MYSQLD_SHARE * plannedIn(ms)) },
  ];
}

function planEncoders(spentIn: (customer: Customer, ms: number) => number): Service[] {
  return CUSTOMERS.filter(({ runs }) => runs === 'encoder').map((customer) => ({
    account: { uid: customer.uid, user: customer.name, program: 'ffmpeg', command: 'ffmpeg' },
    cpuMsIn: (ms) => Math.round(spentIn(customer, ms)),
  }));
}

/** What each customer spends in a quarter-hour: as planned, but for some more or less each day. */
function planSpending(random: Random, fromMs: number): (customer: Customer, ms: number) => number {
  const noises = new Map(CUSTOMERS.map(({ uid }) => [uid, drawDailyNoise(random)]));
  return (customer, ms) => plannedMs(customer, fromMs, ms) * (noises.get(customer.uid)?.(ms) ?? 1);
}

/** What a customer spends in a quarter-hour, but for chance. */
function plannedMs(customer: Customer, fromMs: number, quarterMs: number): number {
  const share = shareAt(customer.rhythm, quarterMs) / QUARTERS_PER_DAY;
  return plannedDayMs(customer, fromMs, quarterMs) * share;
}

/** What a customer spends on a mean day of the week around a time. */
function plannedDayMs({ course }: Customer, fromMs: number, ms: number): number {
  return plannedCredits(course, Math.floor((ms - fromMs) / MS_PER_DAY)) * MS_PER_CREDIT;
}

/** A factor near 1, another one each day. */
function drawDailyNoise(random: Random): (ms: number) => number {
  let [day, factor] = [NaN, 1];
  return (ms) => {
    const today = Math.floor(ms / MS_PER_DAY);
    if (today !== day) [day, factor] = [today, 1 + DAILY_NOISE * (2 * random() - 1)];
    return factor;
  };
}

function planBackup(quarterMs: number): ShortLife[] {
  const isTime = quarterMs % MS_PER_DAY === BACKUP_AT_MS;
  const startedMs = quarterMs + BACKUP_DELAY_MS;
  const life = { account: BACKUP, startedMs, endedMs: startedMs + BACKUP_MS };
  return isTime ? [{ ...life, cpuMs: BACKUP_CPU_MS }] : [];
}

/** Customers, and whoever else runs a service: each user once. */
function listUsers(services: readonly Service[]): Host['users'] {
  const users = services.map(({ account: { uid, user } }) => ({ uid, name: user }));
  return [...new Map([...CUSTOMERS, ...users].map((each) => [each.uid, each])).values()];
}

/** What the customers' processes use in all, from the first day to the last but one, about. */
export function sumPlannedMs(days: number): number {
  const sites = CUSTOMERS.filter(({ runs }) => runs === 'site');
  const dayMs = (day: number): number =>
    sites.reduce((sum, { course }) => sum + plannedCredits(course, day) * MS_PER_CREDIT, 0);
  return Array.from({ length: days }, (_, day) => dayMs(day)).reduce((sum, ms) => sum + ms, 0);
}
