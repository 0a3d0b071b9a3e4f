import type { Span } from '../../../src/report/data/spans.js';
import type { Random } from '../../loads/random.js';
import { type Account, CRON, type Host, MYSQLD, PHP_FPM } from '../host.js';
import { type Service, type ShortLife, usersOf } from '../host.js';
import { type Customer, CUSTOMERS, meanCredits } from './customers.js';
import { rhythmAt } from './rhythm.js';
import { Visits } from './visits.js';

const MS_PER_DAY = 86_400_000;
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

const NGINX: Account = { uid: 33, user: 'www-data', program: 'nginx', command: 'nginx' };
const KWORKER: Account = { uid: 0, user: 'root', program: 'kworker', command: 'kworker/0:1' };

/** Each night, all databases. */
const BACKUP: Account = { uid: 0, user: 'root', program: 'cron', command: 'mysqldump' };
const BACKUP_AT_MS = 3 * 3_600_000;
const BACKUP_DELAY_MS = 1_000;
const BACKUP_MS = 780_000;
const BACKUP_CPU_MS = 520_000;

/**
 * A host of 37 customers with a rhythm by day and week, of whom some grow, shrink, jump, come and go, and what
 * serves them: forty users.
 *
 * @param fromMs the beginning of its first day
 * @param missed when nobody looks: what starts or ends then is not known
 */
export function exampleHost(random: Random, fromMs: number, missed: readonly Span[]): Host {
  const spentIn = spending(random, fromMs);
  const services = [...ownServices(random, fromMs), ...encoders(spentIn)];
  const sites = CUSTOMERS.filter(({ runs }) => runs === 'site').map((customer) => ({
    customer,
    visits: new Visits(customer, random),
  }));
  const isMissed = ({ startedMs, endedMs }: ShortLife): boolean =>
    missed.some((each) => each.fromMs < endedMs && startedMs < each.toMs);
  return {
    users: usersOf(CUSTOMERS, services),
    services,
    livesFrom: (quarterMs) =>
      sites
        .flatMap(({ customer, visits }) =>
          visits.startIn(
            quarterMs,
            spentIn(customer, quarterMs),
            dailyMs(customer, fromMs, quarterMs),
          ),
        )
        .concat(backupIn(quarterMs))
        .filter((life) => !isMissed(life))
        .sort((a, b) => a.startedMs - b.startedMs),
  };
}

/** What the host itself runs; the database and the web server as much as there is to do. */
function ownServices(random: Random, fromMs: number): Service[] {
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

function encoders(spentIn: (customer: Customer, ms: number) => number): Service[] {
  return CUSTOMERS.filter(({ runs }) => runs === 'encoder').map((customer) => ({
    account: { uid: customer.uid, user: customer.name, program: 'ffmpeg', command: 'ffmpeg' },
    cpuMsIn: (ms) => Math.round(spentIn(customer, ms)),
  }));
}

/** What each customer spends in a quarter-hour: as planned, but for some more or less each day. */
function spending(random: Random, fromMs: number): (customer: Customer, ms: number) => number {
  const noises = new Map(CUSTOMERS.map(({ uid }) => [uid, dailyNoise(random)]));
  return (customer, ms) => plannedMs(customer, fromMs, ms) * (noises.get(customer.uid)?.(ms) ?? 1);
}

/** What a customer spends in a quarter-hour, but for chance. */
function plannedMs(customer: Customer, fromMs: number, quarterMs: number): number {
  const share = rhythmAt(customer.rhythm, quarterMs) / QUARTERS_PER_DAY;
  return dailyMs(customer, fromMs, quarterMs) * share;
}

/** What a customer spends on a mean day of the week around a time. */
function dailyMs({ course }: Customer, fromMs: number, ms: number): number {
  return meanCredits(course, Math.floor((ms - fromMs) / MS_PER_DAY)) * MS_PER_CREDIT;
}

/** A factor near 1, another one each day. */
function dailyNoise(random: Random): (ms: number) => number {
  let [day, factor] = [NaN, 1];
  return (ms) => {
    const today = Math.floor(ms / MS_PER_DAY);
    if (today !== day) [day, factor] = [today, 1 + DAILY_NOISE * (2 * random() - 1)];
    return factor;
  };
}

function backupIn(quarterMs: number): ShortLife[] {
  const isTime = quarterMs % MS_PER_DAY === BACKUP_AT_MS;
  const startedMs = quarterMs + BACKUP_DELAY_MS;
  const life = { account: BACKUP, startedMs, endedMs: startedMs + BACKUP_MS };
  return isTime ? [{ ...life, cpuMs: BACKUP_CPU_MS }] : [];
}
