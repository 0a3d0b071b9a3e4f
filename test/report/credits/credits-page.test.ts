import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fitOf, ledgerOf, threeDays } from '../../builders/credits.js';

it('the page on credits shows what a terminal of 80 columns does', async () => {
  const page = readFileSync(new URL('../../../docs/credits.md', import.meta.url), 'utf8');
  const journal = threeDays();
  expect(page).toContain(await ledgerOf(journal, {}, { columns: 80 }));
  expect(page).toContain(await fitOf(journal, {}, { columns: 80 }));
  journal.remove();
});
