import { afterEach, describe, expect, it } from 'vitest';
import { BURSTABLE_SIZES } from '../../../src/report/models/burstable-sizes.js';
import type { FitQuery } from '../../../src/report/make-fit.js';
import { fitOf, spend, threeDays } from '../../builders/credits.js';
import { JournalBuilder } from '../../builders/journal.js';

interface SizeJson {
  size: string;
  startBalanceCredits: number;
  lowestBalanceCredits: number;
  throttledSeconds: number;
  withheldCredits: number;
  chargedCredits: number;
  queuedCredits: number;
  verdict: string;
}

interface FitJson {
  from: string;
  to: string;
  wholeHost: boolean;
  replayedSeconds: number;
  demandCredits: number;
  peakPercent: number | null;
  sizes: SizeJson[];
  smallest: string | null;
}

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

async function jsonOf(fields: Partial<FitQuery> = {}): Promise<FitJson> {
  return JSON.parse(await fitOf(journal, { format: 'json', ...fields })) as FitJson;
}

async function sizeOf(name: string, fields: Partial<FitQuery> = {}): Promise<SizeJson> {
  const size = (await jsonOf(fields)).sizes.find((each) => each.size === name);
  if (size === undefined) throw new Error(`there is no ${name}`);
  return size;
}

function recorded(from: string, to: string, vcpus = 2): JournalBuilder {
  return new JournalBuilder().run({ from, to, vcpus }).user(1001, 'foo_com');
}

describe('a fit', () => {
  it('throttles a nano for exactly 30 minutes', async () => {
    journal = recorded('2026-03-29T00:00:00Z', '2026-03-31T00:00:00Z');
    // 78 an hour less 6 earned is 72 an hour: the full balance of 144 lasts for two hours, of two and a half.
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 150, credits: 2.5 * 78 });
    expect(await sizeOf('nano')).toEqual(
      expect.objectContaining({
        // Between 12:30 and midnight, as before the first day.
        startBalanceCredits: 11.5 * 6,
        lowestBalanceCredits: 0,
        throttledSeconds: 30 * 60,
        withheldCredits: 0.5 * 72,
        chargedCredits: 0,
        verdict: 'throttles',
      }),
    );
    // A micro earns 12: 66 an hour for two and a half hours are 165 of its 288.
    expect(await sizeOf('micro')).toMatchObject({
      lowestBalanceCredits: 288 - 2.5 * (78 - 12),
      throttledSeconds: 0,
      verdict: 'fits',
    });
    expect((await jsonOf()).smallest).toBe('micro');
  });

  it('throttles it for longer where the same day comes each day', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 150, credits: 195 });
    // From 12:30 to 10:00 it earns 21.5 × 6 = 129, which last for 129 / 72 hours: 107.5 minutes.
    const nano = await sizeOf('nano');
    expect(nano.startBalanceCredits).toBe(69);
    expect(nano.throttledSeconds).toBe((150 - 107.5) * 60);
  });

  it('charges what a day spends beyond its earnings, in unlimited mode', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 600, credits: 600 });
    // As each day is like this one, what lacks in the long run is charged: 600 less 24 × 6 a day.
    const nano = await sizeOf('nano');
    expect(nano.chargedCredits).toBe(600 - 144);
    expect(nano.withheldCredits).toBe(600 - 144);
  });

  it('says that work would queue where a size has too few vCPUs', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z', 4);
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 15, credits: 45 });
    const { sizes, smallest, peakPercent } = await jsonOf();
    expect(peakPercent).toBe(300);
    expect(sizes.map(({ verdict }) => verdict)).toEqual([
      ...Array<string>(5).fill('queues'),
      'fits',
      'fits',
    ]);
    expect(sizes[0]?.queuedCredits).toBe(45 - 2 * 15);
    expect(smallest).toBe('xlarge');
    expect(await fitOf(journal)).toContain('work queues: a quarter-hour needed more');
  });

  it('says so where no size is enough', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z', 16);
    spend(journal, 1001, { from: '2026-03-30T00:00:00Z', minutes: 1_440, credits: 16 * 1_440 });
    expect((await jsonOf()).smallest).toBeNull();
    expect(await fitOf(journal)).toContain('every size would throttle or queue');
  });

  it('does not throttle at the very baseline', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z');
    spend(journal, 1001, { from: '2026-03-30T00:00:00Z', minutes: 1_440, credits: 288 });
    expect(await sizeOf('micro')).toMatchObject({ throttledSeconds: 0, verdict: 'fits' });
    expect((await sizeOf('nano')).verdict).toBe('throttles');
  });

  it('does not take a gap for idle time', async () => {
    journal = recorded('2026-03-30T10:00:00Z', '2026-03-30T12:00:00Z');
    journal.gap('2026-03-30T10:30:00Z', '2026-03-30T11:30:00Z');
    for (const from of ['2026-03-30T10:00:00Z', '2026-03-30T11:30:00Z']) {
      spend(journal, 1001, { from, minutes: 30, credits: 9 });
    }
    // One recorded hour with 18 credits; with the gap it would have been two, and enough for a micro.
    const { replayedSeconds, smallest } = await jsonOf();
    expect(replayedSeconds).toBe(3_600);
    expect(smallest).toBe('small');
    expect(await fitOf(journal)).toContain('without a record are left out');
  });

  it('counts what is known to have been spent in a gap', async () => {
    journal = recorded('2026-03-30T10:00:00Z', '2026-03-30T12:00:00Z');
    journal.gap('2026-03-30T10:30:00Z', '2026-03-30T11:30:00Z');
    spend(journal, 1001, { from: '2026-03-30T10:45:00Z', minutes: 15, credits: 3 });
    const { replayedSeconds, demandCredits } = await jsonOf();
    expect([replayedSeconds, demandCredits]).toEqual([75 * 60, 3]);
  });

  it('cuts the first and the last quarter-hour off where the recording begins and ends', async () => {
    journal = recorded('2026-03-30T10:07:00Z', '2026-03-30T10:17:00Z');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 15, credits: 4 });
    expect(await jsonOf()).toMatchObject({ replayedSeconds: 600, peakPercent: 50 });
  });

  it('takes the last 30 recorded days unless days are named', async () => {
    journal = recorded('2026-01-01T00:00:00Z', '2026-03-20T12:00:00Z');
    const { from, to } = await jsonOf();
    expect([from, to]).toEqual(['2026-02-19T00:00:00+00:00', '2026-03-21T00:00:00+00:00']);
    const day = await jsonOf({ days: { kind: 'day', day: '2026-03-01' } });
    expect(day.from).toBe('2026-03-01T00:00:00+00:00');
  });

  it.each([
    [{ programs: ['php-fpm'] }, 'processes recorded: php-fpm with forks'],
    [{ users: ['foo_com'] }, 'processes recorded: every program of foo_com'],
    [{ visibility: 'own' as const }, "other users' processes were hidden from the recorder"],
  ])('says what of the host is missing: %j', async (run, line) => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-30T00:00:00Z', to: '2026-03-31T00:00:00Z', ...run })
      .user(1001, 'foo_com');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 15, credits: 1 });
    const shown = (await fitOf(journal)).replace(/\s+/g, ' ');
    expect(shown).toContain(line);
    expect(shown).toContain('t3.nano, t3a.nano, t4g.nano, for what was recorded');
    expect(shown).toContain('only part of the host was recorded: the host needs more than this');
    expect((await jsonOf()).wholeHost).toBe(false);
  });

  it('has the same shape where nothing was recorded', async () => {
    journal = recorded('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z');
    const days = { kind: 'day', day: '2026-03-30' } as const;
    expect(await jsonOf({ days })).toMatchObject({
      sizes: [],
      smallest: null,
      peakPercent: null,
      replayedSeconds: 0,
    });
    expect(await fitOf(journal, { days })).toContain('nothing was recorded on this day');
  });

  it('gives programs a line for each size', async () => {
    journal = threeDays();
    const lines = (await fitOf(journal, { format: 'csv' })).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + BURSTABLE_SIZES.length);
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
    expect(lines[7]).toMatch(/,2xlarge,8,40,192,4608,.*,fits,1$/);
  });

  it('has as many decimals in its head as in its table', async () => {
    journal = recorded('2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z');
    spend(journal, 1001, { from: '2026-03-30T10:00:00Z', minutes: 30, credits: 30 });
    const [, head] = (await fitOf(journal)).split('\n');
    expect(head).toBe('2 vCPUs · on average 0.02 vCPUs busy · in the busiest quarter-hour 1.00');
  });
});
