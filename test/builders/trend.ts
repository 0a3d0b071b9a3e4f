import { makeTrend, type TrendQuery } from '../../src/report/make-trend.js';
import type { Terminal } from '../../src/report/terminal.js';
import { seededRandom } from '../random.js';
import { askedOf, lastDays, WIDE } from './asked.js';
import { JournalBuilder } from './journal.js';

/** At noon of the day after the ninety recorded ones. */
export const TREND_NOW = Date.parse('2026-05-11T12:00:00Z');
export const FIRST_DAY_MS = Date.parse('2026-02-10T00:00:00Z');
export const RECORDED_DAYS = 90;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 86_400_000;
const MS_PER_CREDIT = 60_000;

/** What a user spends on a mean day, and by how much that grows a day; in credits. */
export interface UserPlan {
  uid: number;
  name: string;
  credits: number;
  growth: number;
  /** Standard deviation of a day, as a part of it. */
  noise: number;
}

/** Weekends have less; the mean of a week is 1. */
const WEEKDAY_SHARE = [0.5, 1.2, 1.25, 1.2, 1.15, 1.1, 0.6];

/** More by day than by night; a mean of 1. */
const hourShare = (hour: number) => 1 - 0.6 * Math.cos((2 * Math.PI * (hour - 1)) / 24);

/** Noise of the normal distribution. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function spentCredits(plan: UserPlan, at: number, random: () => number): number {
  const weekday = new Date(FIRST_DAY_MS + at * MS_PER_DAY).getUTCDay();
  const share = (WEEKDAY_SHARE[weekday] ?? 1) * (1 + plan.noise * normal(random));
  return Math.max(0, (plan.credits + plan.growth * at) * share);
}

/** Ninety days of UTC with a rhythm by the week and by the day, and a gap of two days in them. */
export function recordedMonths(plans: readonly UserPlan[], seed = 1): JournalBuilder {
  const random = seededRandom(seed);
  const journal = new JournalBuilder()
    .run({ from: '2026-02-10T00:00:00Z', to: '2026-05-11T12:00:00Z', endReason: null, vcpus: 6 })
    .gap('2026-03-10T08:00:00Z', '2026-03-12T00:00:00Z', 'suspended');
  journal.db.transaction(() => {
    for (const plan of plans) {
      journal.user(plan.uid, plan.name);
      for (let at = 0; at < RECORDED_DAYS; at++) {
        const cpuMs = spentCredits(plan, at, random) * MS_PER_CREDIT;
        for (let hour = 0; hour < 24; hour++) {
          const ms = FIRST_DAY_MS + at * MS_PER_DAY + hour * MS_PER_HOUR;
          journal.usage({
            at: new Date(ms).toISOString(),
            uid: plan.uid,
            cpuMs: Math.round((cpuMs * hourShare(hour)) / 24),
          });
        }
      }
    }
  })();
  return journal;
}

/** What a trend of ninety days and today is asked for. */
export async function trendText(
  journal: JournalBuilder,
  fields: Partial<TrendQuery> = {},
  terminal: Partial<Terminal> = {},
  nowMs = TREND_NOW,
): Promise<string> {
  const asked = {
    ...askedOf(journal),
    days: lastDays(RECORDED_DAYS + 1),
    timeZone: 'UTC',
    by: 'user',
    user: undefined,
  } as const;
  return makeTrend({ ...asked, ...fields }, nowMs, { ...WIDE, ...terminal });
}
