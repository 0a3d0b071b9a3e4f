import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalBuilder } from '../../builders/journal.js';
import { recordedMonths, trendText } from '../../builders/trend.js';

describe('what a terminal shows of a trend', () => {
  let journal: JournalBuilder;
  beforeAll(() => {
    journal = recordedMonths([
      { uid: 1001, name: 'foo_com', credits: 600, growth: 4, noise: 0.1 },
      { uid: 1002, name: 'a-customer-with-a-long-name_si', credits: 900, growth: 0, noise: 0.15 },
      { uid: 1003, name: 'bar_org', credits: 150, growth: -0.6, noise: 0.1 },
      { uid: 1004, name: 'slow_net', credits: 20, growth: 0.05, noise: 0.1 },
      { uid: 1005, name: 'full_eu', credits: 1_500, growth: 0, noise: 0.05 },
      { uid: 0, name: 'root', credits: 2, growth: 0, noise: 0.3 },
    ]);
  });
  afterAll(() => {
    journal.remove();
  });

  it.each([60, 80, 140])('fits users to a terminal of %i columns', async (columns) => {
    const shown = await trendText(journal, {}, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/users-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it.each([60, 80, 140])('fits days to a terminal of %i columns', async (columns) => {
    const shown = await trendText(journal, { by: 'day', days: 30 }, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/days-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it.each([60, 80, 140])('shows few days one by one, in %i columns', async (columns) => {
    const fields = { top: 2, days: 15, verbose: true };
    const shown = await trendText(journal, fields, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/few-days-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('shows programs', async () => {
    await expect(
      await trendText(journal, { by: 'program', days: 40 }, { columns: 80 }),
    ).toMatchFileSnapshot('golden/programs-80.txt');
  });

  it('says when nothing was recorded', async () => {
    const later = Date.parse('2026-09-01T12:00:00Z');
    await expect(
      await trendText(journal, { days: 30 }, { columns: 80 }, later),
    ).toMatchFileSnapshot('golden/empty-80.txt');
  });
});
