import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillText, workDay } from '../../builders/drill.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { pruneUntil } from '../../record/prune/pruned.js';

describe('what a terminal shows of what lies under a row', () => {
  let journal: JournalBuilder;
  let pruned: JournalBuilder;
  beforeAll(() => {
    journal = workDay();
    pruned = workDay();
    pruneUntil(pruned.db, Date.parse('2026-03-29T09:30:00Z'));
  });
  afterAll(() => {
    for (const each of [journal, pruned]) each.remove();
  });

  const range = { kind: 'range', from: '2026-03-28', to: '2026-03-29' } as const;

  it.each(
    [60, 80, 140].flatMap((columns) => [
      { name: 'user', fields: {}, columns },
      { name: 'days', fields: { days: range, top: 3 }, columns },
      { name: 'hours', fields: { kind: 'hours', user: undefined } as const, columns },
      {
        name: 'processes',
        fields: { kind: 'lifecycles', user: undefined, top: 12 } as const,
        columns,
      },
    ]),
  )('fits $name to a terminal of $columns columns', async ({ name, fields, columns }) => {
    const shown = await drillText(journal, fields, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/${name}-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it.each([60, 80])('says in %i columns which processes were pruned', async (columns) => {
    const shown = await drillText(pruned, { kind: 'lifecycles', user: undefined }, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/pruned-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });
});
