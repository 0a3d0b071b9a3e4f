import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { makeLedger } from '../../src/report/make-ledger.js';
import { makeDay } from '../../src/report/make-day.js';
import { makeTrend } from '../../src/report/make-trend.js';
import { askedOf, lastDays } from '../builders/asked.js';
import { faultsOf } from '../invariants.js';
import { seededRandom } from '../random.js';
import { temporaryFolder } from '../temporary-folder.js';
import { customerHost } from './customer-host.js';
import { CUSTOMERS, type Rhythm, shareAt } from './customers.js';
import { EXAMPLE_FROM_MS, EXAMPLE_TO_MS, generateExample } from './generate.js';
import { writeJournal } from './recording.js';

const QUARTER_MS = 900_000;
const QUARTERS_PER_WEEK = 7 * 96;
const MS_PER_DAY = 86_400_000;
const DAYS = 90;
const VCPUS = 4;

/** It takes a few seconds where no other test runs beside it. */
const GENERATED_WITHIN_MS = 120_000;

/** Days differ by chance: no slope is more exact than this part of it. */
const GROWTH_OFF = 0.2;

const path = join(temporaryFolder(), 'example.db');

let db: Database.Database;
beforeAll(() => {
  generateExample(path);
  db = new Database(path, { readonly: true });
}, GENERATED_WITHIN_MS);

/** Credits a week by user, as `psusage report --days 90` has them. */
async function foundGrowth(): Promise<Map<string, number | null>> {
  const asked = {
    ...askedOf({ path }),
    format: 'json',
    days: lastDays(DAYS),
    timeZone: 'UTC',
  } as const;
  const terminal = { columns: 80, colour: false };
  const text = await makeTrend({ ...asked, by: 'user', user: undefined }, EXAMPLE_TO_MS, terminal);
  const { users } = JSON.parse(text) as {
    users: { user: string; growthPerWeek: { credits: number | null } }[];
  };
  return new Map(users.map(({ user, growthPerWeek }) => [user, growthPerWeek.credits]));
}

test('some days of the example, with gaps, are as sound as a recorded journal', () => {
  const fromMs = EXAMPLE_FROM_MS;
  const [gapMs, toMs] = [fromMs + MS_PER_DAY, fromMs + 3 * MS_PER_DAY];
  const gaps = [{ fromMs: gapMs, toMs: gapMs + 3 * QUARTER_MS }];
  const recorder = { vcpus: VCPUS, runs: [{ fromMs, toMs }], gaps };
  const random = seededRandom(1);
  const fewDays = join(temporaryFolder(), 'few-days.db');
  const host = customerHost(random, { fromMs, missed: gaps });
  writeJournal(fewDays, { host, recorder, fromMs, toMs }, random);
  expect(faultsOf(new Database(fewDays, { readonly: true }))).toEqual({});
});

test('the example never uses more than its vCPUs have', () => {
  const most = db
    .prepare(
      'SELECT max(cpu_ms) FROM (SELECT sum(cpu_ms) AS cpu_ms FROM usage GROUP BY quarter_ms)',
    )
    .pluck()
    .get();
  expect(most).toBeLessThanOrEqual(VCPUS * QUARTER_MS);
});

test('in a gap of the example nothing starts or ends, and what lives on is estimated', () => {
  const counted = db
    .prepare(
      `WITH missed AS (
         SELECT from_ms, to_ms FROM gap
         UNION ALL
         SELECT a.ended_ms, b.started_ms FROM recorder_run AS a JOIN recorder_run AS b ON b.run_id = a.run_id + 1
       )
       SELECT
         (SELECT count(*) FROM missed) AS missed,
         (SELECT count(*) FROM process JOIN missed ON ended_ms > from_ms AND started_ms < to_ms) AS touched,
         (SELECT count(*) FROM credit JOIN missed ON credit.to_ms > missed.from_ms AND credit.from_ms < missed.to_ms
           WHERE estimated = 0) AS certain`,
    )
    .get();
  expect(counted).toEqual({ missed: 4, touched: 0, certain: 0 });
});

test('nothing in the example is later than its last sample', () => {
  const latest = db
    .prepare(
      `SELECT (SELECT max(quarter_ms) FROM usage) AS quarterMs,
         (SELECT max(to_ms) FROM credit) AS recordMs, (SELECT max(ended_ms) FROM process) AS endedMs`,
    )
    .get();
  expect(latest).toMatchObject({ quarterMs: EXAMPLE_TO_MS - QUARTER_MS, recordMs: EXAMPLE_TO_MS });
  expect((latest as { endedMs: number }).endedMs).toBeLessThanOrEqual(EXAMPLE_TO_MS);
});

test.each(['2026-11-24', '2026-11-25'])(
  'the ledger and the report of %s say the same of what was spent',
  async (day) => {
    const asked = { ...askedOf({ path }), days: { kind: 'day', day }, timeZone: 'UTC' } as const;
    const terminal = { columns: 80, colour: false };
    const ledger = await makeLedger(
      { ...asked, format: 'json', user: undefined, baselinePercent: 20, mode: 'standard' },
      EXAMPLE_TO_MS,
      terminal,
    );
    const { text } = await makeDay(
      { ...asked, format: 'json', by: 'user', user: undefined, check: undefined },
      EXAMPLE_TO_MS,
      terminal,
    );
    const { users: accounts } = JSON.parse(ledger) as { users: object[] };
    const { users } = JSON.parse(text) as { users: { user: string; credits: number }[] };
    expect(users.length).toBeGreaterThan(30);
    expect(accounts).toEqual(
      expect.arrayContaining(
        users.map(
          ({ user, credits }) => expect.objectContaining({ user, spentCredits: credits }) as object,
        ),
      ),
    );
  },
);

test('the trend finds the growth of each customer as it was planned', async () => {
  const growing = CUSTOMERS.flatMap(({ name, course }) =>
    course.kind === 'grows' ? [{ name, planned: course.creditsAWeek }] : [],
  );
  const found = await foundGrowth();
  expect(growing.length).toBeGreaterThan(5);
  for (const { name, planned } of growing) {
    expect.soft(Number(found.get(name)) / planned, name).toBeGreaterThan(1 - GROWTH_OFF);
    expect.soft(Number(found.get(name)) / planned, name).toBeLessThan(1 + GROWTH_OFF);
  }
});

test('customers of the example come, go and jump when they should', () => {
  const creditsOn = db
    .prepare<[string, number, number], number>(
      `SELECT total(cpu_ms) / 60000 FROM usage JOIN user USING (user_id)
       WHERE name = ? AND quarter_ms >= ? AND quarter_ms < ?`,
    )
    .pluck();
  const startOf = (day: number): number => EXAMPLE_FROM_MS + day * MS_PER_DAY;
  const meanFrom = (name: string, day: number, days: number): number =>
    Number(creditsOn.get(name, startOf(day), startOf(day + days))) / days;
  expect(meanFrom('startup_ai', 0, 58)).toBe(0);
  expect(meanFrom('startup_ai', 60, 14)).toBeCloseTo(60, -1);
  expect(meanFrom('oldshop_de', 14, 14)).toBeCloseTo(35, -1);
  expect(meanFrom('oldshop_de', 42, 47)).toBe(0);
  expect(meanFrom('hotel_hr', 0, 56) * 2).toBeLessThan(meanFrom('hotel_hr', 61, 28));
});

test.each<Rhythm>(['work', 'leisure', 'even'])(
  'a week of the rhythm %s has a mean of 1',
  (rhythm) => {
    const quarters = Array.from({ length: QUARTERS_PER_WEEK }, (_, at) => at * QUARTER_MS);
    const sum = quarters.reduce((all, at) => all + shareAt(rhythm, EXAMPLE_FROM_MS + at), 0);
    expect(sum / QUARTERS_PER_WEEK).toBeCloseTo(1, 6);
  },
);
