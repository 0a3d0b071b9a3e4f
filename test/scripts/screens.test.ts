import { expect, test } from 'vitest';
import { drawPages } from '../../scripts/screens/pages.js';

/** A dozen commands and a generated journal, on a machine that has other tests to run. */
const MOST_MS = 120_000;

/** A page that is stale is drawn anew with: npm run screens */
test(
  'each screen in the README and in docs/ is what the program shows',
  { timeout: MOST_MS },
  async () => {
    const pages = await drawPages();
    expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
  },
);
