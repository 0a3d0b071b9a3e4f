import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerQuery } from '../../../src/report/make-ledger.js';
import { NOW } from '../../builders/asked.js';
import { ledgerOf, spend, threeDays } from '../../builders/credits.js';
import { JournalBuilder } from '../../builders/journal.js';

interface Figures {
  creditsPerHour: number;
  capCredits: number;
  earnedCredits: number;
  spentCredits: number;
  lostCredits: number;
  balanceCredits: number;
  surplusCredits: number;
  withheldCredits: number;
  throttledSeconds: number;
  chargedCredits: number;
  lowestBalanceCredits: number;
  startSpreadCredits: number;
}

interface LedgerJson {
  host: string;
  until: string;
  replayedFrom: string;
  unknownSeconds: number;
  vcpus: number | null;
  wholeHost: boolean;
  users: (Figures & { user: string; uid: number })[];
  others: (Partial<Figures> & { rows: number }) | null;
  hostAccount: Figures | null;
}

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

async function jsonOf(fields: Partial<LedgerQuery> = {}, nowMs = NOW): Promise<LedgerJson> {
  const text = await ledgerOf(journal, { format: 'json', ...fields }, {}, nowMs);
  return JSON.parse(text) as LedgerJson;
}

/** Three days recorded without a gap; users spend what a test lets them. */
function recorded(): JournalBuilder {
  return new JournalBuilder()
    .run({ from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z' })
    .user(1001, 'foo_com')
    .user(1002, 'bar_org');
}

describe('a ledger', () => {
  it('carries the balance over days: what was spent yesterday is missing today', async () => {
    journal = recorded();
    // The day before earns all that a balance holds, 288; of these 200 + 48 go in the last four hours.
    spend(journal, 1001, { from: '2026-03-29T20:00:00Z', minutes: 240, credits: 248 });
    spend(journal, 1001, { from: '2026-03-30T00:00:00Z', minutes: 60, credits: 60 });
    const [foo] = (await jsonOf()).users;
    expect(foo).toMatchObject({
      earnedCredits: 24 * 12,
      spentCredits: 60,
      lowestBalanceCredits: 288 - (248 - 4 * 12) - (60 - 12),
      balanceCredits: 288,
      lostCredits: 88 + 12 - 60 + 23 * 12 - 288,
      throttledSeconds: 0,
      startSpreadCredits: 0,
    });
  });

  it('throttles a user for exactly the time beyond the balance', async () => {
    journal = recorded();
    // 60 an hour less 12 earned is 48 an hour: 288 last for six hours, of eight.
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 480, credits: 480 });
    const [foo] = (await jsonOf()).users;
    expect(foo).toMatchObject({
      throttledSeconds: 2 * 3_600,
      withheldCredits: 2 * 48,
      balanceCredits: 6 * 12,
      chargedCredits: 0,
    });
  });

  it('charges a user for the same in unlimited mode, beyond 24 hours of earnings', async () => {
    journal = recorded();
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 480, credits: 8 * 100 });
    const [foo] = (await jsonOf({ mode: 'unlimited' })).users;
    // 800 less 96 earned and 288 saved is 416, of which 288 may be borrowed; six hours pay back.
    expect(foo).toMatchObject({
      chargedCredits: 800 - 8 * 12 - 288 - 288,
      surplusCredits: 288 - 6 * 12,
      balanceCredits: 0,
      withheldCredits: 0,
      throttledSeconds: 0,
    });
  });

  it('keeps an account of the host, with the baseline of all its vCPUs', async () => {
    journal = recorded();
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 60, credits: 50 });
    spend(journal, 1002, { from: '2026-03-30T10:00:00Z', minutes: 60, credits: 40 });
    const { hostAccount, vcpus } = await jsonOf({ baselinePercent: 10 });
    expect(vcpus).toBe(2);
    expect(hostAccount).toMatchObject({
      creditsPerHour: 0.1 * 2 * 60,
      capCredits: 24 * 12,
      spentCredits: 50 + 40,
      lowestBalanceCredits: 288 + 12 - 90,
    });
  });

  it('earns up to now, of a day that is not over', async () => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-30T09:40:00Z', to: '2026-03-30T10:10:00Z', endReason: null })
      .user(1001, 'foo_com');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 15, credits: 1 });
    const now = Date.parse('2026-03-30T10:10:00Z');
    const { users, replayedFrom, until } = await jsonOf({}, now);
    expect([replayedFrom, until]).toEqual([
      '2026-03-30T09:40:00+00:00',
      '2026-03-30T10:10:00+00:00',
    ]);
    expect(users[0]).toMatchObject({ earnedCredits: 0.5 * 12, balanceCredits: 6 - 1 });
  });

  it('says how much depends on what an account began with', async () => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-30T00:00:00Z', to: '2026-03-31T00:00:00Z' })
      .user(1001, 'foo_com');
    spend(journal, 1001, { from: '2026-03-30T00:00:00Z', minutes: 1_440, credits: 288 });
    const { users } = await jsonOf();
    expect(users[0]).toMatchObject({ balanceCredits: 0, startSpreadCredits: 288 });
    const shown = (await ledgerOf(journal)).replace(/\s+/g, ' ');
    expect(shown).toContain('started full, 2 accounts would now have up to 288 more');
  });

  it('begins seven days before the asked day, and no earlier', async () => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-01T00:00:00Z', to: '2026-03-31T00:00:00Z' })
      .user(1001, 'foo_com');
    spend(journal, 1001, { from: '2026-03-22T23:00:00Z', minutes: 60, credits: 60 });
    const { replayedFrom, users } = await jsonOf();
    expect(replayedFrom).toBe('2026-03-23T00:00:00+00:00');
    expect(users).toEqual([]);
  });

  it('shows who spent in the asked days, and whose balance is not full yet', async () => {
    journal = recorded();
    spend(journal, 1001, { from: '2026-03-28T10:00:00Z', minutes: 60, credits: 10 });
    spend(journal, 1002, { from: '2026-03-29T22:00:00Z', minutes: 60, credits: 60 });
    const names = async (day: string) =>
      (await jsonOf({ days: { kind: 'day', day } })).users.map(({ user }) => user);
    expect(await names('2026-03-29')).toEqual(['bar_org']);
    expect(await names('2026-03-30')).toEqual([]);
  });

  it('earns in a gap, and says that nothing is known of what was spent', async () => {
    journal = threeDays();
    const shown = (await ledgerOf(journal)).replace(/\s+/g, ' ');
    expect(shown).toContain(
      '2h 20m since then not recorded: credits were earned, spending is unknown',
    );
    expect((await jsonOf()).unknownSeconds).toBe(2 * 3_600 + 20 * 60);
  });

  it('says that the host spent more where only a program was recorded', async () => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z', programs: ['php-fpm'] })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-30T10:00:00Z', uid: 1001, cpuMs: 1_000 });
    expect((await jsonOf()).wholeHost).toBe(false);
    expect(await ledgerOf(journal)).toContain('only part of the host was recorded');
  });

  it('has the same shape where nothing was recorded', async () => {
    journal = new JournalBuilder().run({
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-02T00:00:00Z',
    });
    const { users, others, hostAccount, host, vcpus } = await jsonOf();
    expect({ users, others, hostAccount, vcpus }).toEqual({
      users: [],
      others: null,
      hostAccount: null,
      vcpus: null,
    });
    expect(host).toBe('named-by-option');
    expect(await ledgerOf(journal)).toContain('nothing was recorded on this day');
  });

  it('puts accounts that are not shown into one, and those with the least first when asked', async () => {
    journal = threeDays();
    const { users, others } = await jsonOf({ top: 1, sort: 'left' });
    expect(users.map(({ user }) => user)).toEqual(['a-customer-with-a-long-name_si']);
    expect(others).toMatchObject({ rows: 3, spentCredits: 66 + 2.5 + 0.003 });
    const named = await jsonOf({ sort: 'name' });
    expect(named.users.map(({ user }) => user)[1]).toBe('bar_org');
  });

  it('tells users of the same name apart, and lets no name run in a spreadsheet', async () => {
    journal = recorded().user(1003, '=cmd()').user(1004, '=cmd()');
    for (const uid of [1003, 1004]) journal.usage({ at: '2026-03-30T10:00:00Z', uid, cpuMs: 1 });
    expect(await ledgerOf(journal)).toMatch(/^=cmd\(\) \(1003\) /m);
    const lines = (await ledgerOf(journal, { format: 'csv' })).trimEnd().split('\n');
    expect(lines[1]).toContain(",'=cmd(),1003,standard,12,288,");
    const columns = lines.map((line) => line.split(',').length);
    expect(new Set(columns).size).toBe(1);
    expect(lines.at(-1)).toContain(',(host),,standard,24,576,');
  });
});
