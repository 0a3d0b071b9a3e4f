import { expect, it } from 'vitest';
import { breakable } from '../../../src/report/page/section.js';

const SPACE = '\u{a0}';

it('lets a line break behind the dash of a span, and nowhere else in it', () => {
  const span = `27${SPACE}Oct${SPACE}00:00:00${SPACE}–${SPACE}25${SPACE}Nov${SPACE}22:42:25`;
  expect(breakable(span)).toBe(
    `27${SPACE}Oct${SPACE}00:00:00${SPACE}– 25${SPACE}Nov${SPACE}22:42:25`,
  );
});
