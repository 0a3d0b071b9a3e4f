import { piecesByQuarter } from '../../src/record/tracker/pieces.js';
import { MS_PER_SECOND, QUARTER_HOUR_MS, startOfQuarter } from '../../src/shared/units.js';
import { between, type Random, seededRandom } from '../random.js';
import type { TestRecord } from './records.js';

interface Wanted {
  readonly count: number;
  readonly users: number;
  readonly seed: number;
  /** Where the first quarter-hour begins; six hours before a midnight of UTC unless given. */
  readonly fromMs?: number;
  readonly hours?: number;
}

type Account = Pick<TestRecord, 'uid' | 'user' | 'program' | 'command'>;

const SIX_BEFORE_MIDNIGHT = Date.UTC(2026, 2, 28, 18);
const HOURS = 12;
const MS_PER_HOUR = 4 * QUARTER_HOUR_MS;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const FIRST_UID = 1_001;
const FIRST_PID = 1_000;
const PIDS = 4_000_000;

const KINDS = [
  { program: 'php-fpm', command: 'php-fpm8.2' },
  { program: 'php-fpm', command: 'php-fpm8.2' },
  { program: 'cron', command: 'sh' },
  { program: 'git', command: 'git' },
] as const;

/** The recorder's ticks are so long after whole seconds. */
const TICK_MS = 417;

const LONGEST_SHORT_SECONDS = 60;
const LONGEST_SECONDS = 2 * 60 * 60;
const LONG_ONE_IN = 3;
const OVER_MIDNIGHT_ONE_IN = 20;
/** They end by themselves just when a quarter-hour does. */
const AT_MARK_ONE_IN = 10;
const UNSEEN_ONE_IN = 30;
const MOST_UNSEEN_MS = 500;

/**
 * Records as a shared server makes them, in the order in which they are completed; the same for the
 * same seed. A few users have most of them. Processes end at ticks, or live on over quarter-hours, at
 * which many records end in one millisecond; what lives at the end of the time lives on.
 */
export function someRecords(wanted: Wanted): TestRecord[] {
  const { count, users, seed, fromMs = SIX_BEFORE_MIDNIGHT, hours = HOURS } = wanted;
  const random = seededRandom(seed);
  const span = { fromMs, toMs: fromMs + hours * MS_PER_HOUR };
  const records: TestRecord[] = [];
  for (let lives = 0; records.length < count; lives++) {
    const pid = FIRST_PID + (lives % PIDS);
    records.push(...recordsOfOne(pid, accountOf(users, random), span, random));
  }
  return records.slice(0, count).sort((a, b) => a.toMs - b.toMs);
}

/** The lower its number, the more a user has. */
function accountOf(users: number, random: Random): Account {
  const at = Math.floor(users * random() ** 2);
  const kind = KINDS[between(random, 0, KINDS.length - 1)] ?? KINDS[0];
  return { uid: FIRST_UID + at, user: `site${String(at + 1).padStart(2, '0')}`, ...kind };
}

function recordsOfOne(
  pid: number,
  account: Account,
  span: { fromMs: number; toMs: number },
  random: Random,
): TestRecord[] {
  const { fromMs, toMs, ended } = lifeWithin(span, random);
  const cpuMs = Math.ceil(((toMs - fromMs) * between(random, 1, 100)) / 100);
  const pieces = piecesByQuarter(fromMs, toMs, cpuMs);
  return pieces.flatMap(({ fromMs, toMs, cpuMs }, at): TestRecord[] => {
    const slice = { fromMs, toMs, cpuMs };
    const isLast = at === pieces.length - 1;
    const record = { pid, ...account, ...slice, ended: ended && isLast, unseen: false };
    if (between(random, 1, UNSEEN_ONE_IN) > 1) return [record];
    const unseen = { command: '(unseen)', cpuMs: between(random, 1, MOST_UNSEEN_MS) };
    return [{ ...record, ...unseen, ended: false, unseen: true }, record];
  });
}

/** From one tick to another, and never so that a slice is shorter than a second. */
function lifeWithin(
  span: { fromMs: number; toMs: number },
  random: Random,
): { fromMs: number; toMs: number; ended: boolean } {
  const fromMs = startOf(span, random);
  const toMs = endOf(fromMs, random);
  return { fromMs, toMs: Math.min(toMs, span.toMs), ended: toMs <= span.toMs };
}

function endOf(fromMs: number, random: Random): number {
  const markMs = startOfQuarter(fromMs) + QUARTER_HOUR_MS;
  if (between(random, 1, AT_MARK_ONE_IN) === 1) return markMs;
  const toMs = fromMs + secondsOfOne(random) * MS_PER_SECOND;
  const sinceMark = toMs % QUARTER_HOUR_MS;
  return sinceMark < MS_PER_SECOND ? toMs - sinceMark : toMs;
}

function secondsOfOne(random: Random): number {
  const isLong = between(random, 1, LONG_ONE_IN) === 1;
  return between(random, 2, isLong ? LONGEST_SECONDS : LONGEST_SHORT_SECONDS);
}

function startOf({ fromMs, toMs }: { fromMs: number; toMs: number }, random: Random): number {
  const midnightMs = Math.ceil(toMs / MS_PER_DAY - 1) * MS_PER_DAY;
  const isNearMidnight = between(random, 1, OVER_MIDNIGHT_ONE_IN) === 1 && midnightMs > fromMs;
  const quarterMs = isNearMidnight
    ? midnightMs - QUARTER_HOUR_MS
    : fromMs + between(random, 0, (toMs - fromMs) / QUARTER_HOUR_MS - 1) * QUARTER_HOUR_MS;
  const lastSecond = QUARTER_HOUR_MS / MS_PER_SECOND - 2;
  return quarterMs + between(random, 0, lastSecond) * MS_PER_SECOND + TICK_MS;
}
