import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseBudgets } from '../../../src/report/models/budgets.js';
import { lastDays, named, NOW } from '../../builders/asked.js';
import { detailsJson } from '../../builders/details.js';
import { JournalBuilder } from '../../builders/journal.js';
import { jsonOf } from '../../builders/report.js';
import { trendText } from '../../builders/trend.js';

const SATURDAY = { days: { kind: 'day', day: '2026-03-28' } } as const;

/** A user who is called 2801 and only was there on Saturday, and one with that uid. */
let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder()
    .run({ from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z' })
    .user(2_800, '2801')
    .user(2_801, 'shop')
    .usage({ at: '2026-03-28T12:00:00Z', uid: 2_800, cpuMs: 6_000, started: 1 })
    .usage({ at: '2026-03-28T12:00:00Z', uid: 2_801, cpuMs: 6_000, started: 1 })
    .usage({ at: '2026-03-29T12:00:00Z', uid: 2_801, cpuMs: 9_000, started: 1 });
});
afterEach(() => {
  journal.remove();
});

test('a number that is a name means the same user on each day', async () => {
  const asked = { ...SATURDAY, user: named('2801') };
  expect(await jsonOf(journal, asked)).toMatchObject({ onlyUser: { user: '2801', uid: 2_800 } });
  const nothing = { onlyUser: { user: '2801', uid: 2_800 }, users: [], total: { cpuSeconds: 0 } };
  expect(await jsonOf(journal, { user: named('2801') })).toMatchObject(nothing);
  expect(await detailsJson(journal, { user: named('2801') })).toMatchObject(nothing);
  expect(await jsonOf(journal, { user: named('uid:2801') })).toMatchObject({
    onlyUser: { user: 'shop' },
  });
});

test('also where a budget names the user', async () => {
  const budgets = parseBudgets(['50%', '2801=1%']);
  const budgetsOf = async (fields: object) =>
    (await jsonOf(journal, { budgets, ...fields })).users?.map((row) => [
      row.user,
      row.budgetUtilSeconds,
    ]);
  expect(await budgetsOf(SATURDAY)).toEqual(
    expect.arrayContaining([
      ['2801', 86_400],
      ['shop', 4_320_000],
    ]),
  );
  expect(await budgetsOf({})).toEqual([['shop', 4_140_000]]);
  const trend: unknown = JSON.parse(
    await trendText(journal, { budgets, days: lastDays(3), format: 'json' }, {}, NOW),
  );
  expect(trend).toMatchObject({
    users: [{ user: 'shop', limit: { limitUtilSeconds: 4_320_000 } }],
  });
});

test('a user may be named by name and uid whether or not the name is shared', async () => {
  expect(await jsonOf(journal, { user: named('shop (2801)') })).toMatchObject({
    onlyUser: { user: 'shop', uid: 2_801 },
  });
});
