import { expect, test } from 'vitest';
import { screensOf, typedScreens, withScreens } from '../../scripts/screens/blocks.js';

const PAGE = `# A page

<!-- screen: psusage report --day -->

\`\`\`
$ psusage report --day
old
\`\`\`

\`\`\`sh
psusage report
\`\`\`

<!-- screen journal=recorded columns=60: psusage report --budget 'shop_*=288c' -->
\`\`\`text
\`\`\`

The end.
`;

const SHOWN = ['$ one\n1\n', '$ two\n2\n'];

test('finds each screen with its journal and width, or the usual ones', () => {
  expect(screensOf(PAGE)).toMatchObject([
    {
      ...{ command: 'psusage report --day', journal: 'example', columns: 90, line: 3 },
      shown: '$ psusage report --day\nold\n',
    },
    {
      command: "psusage report --budget 'shop_*=288c'",
      ...{ journal: 'recorded', columns: 60, line: 14, shown: '' },
    },
  ]);
});

test('replaces what screens show, and leaves the rest', () => {
  const drawn = withScreens(PAGE, screensOf(PAGE), SHOWN);
  expect(screensOf(drawn).map(({ shown }) => shown)).toEqual(SHOWN);
  expect(drawn).toContain('$ one\n1\n```\n\n```sh\npsusage report\n```');
  expect(drawn).toMatch(/```text\n\$ two\n2\n```\n\nThe end\.\n$/);
});

test('replaces nothing in a page that is drawn already', () => {
  const drawn = withScreens(PAGE, screensOf(PAGE), SHOWN);
  expect(withScreens(drawn, screensOf(drawn), SHOWN)).toBe(drawn);
});

test('a page without screens stays as it is', () => {
  expect(withScreens('# A page\n', screensOf('# A page\n'), [])).toBe('# A page\n');
});

test('finds a block that shows psusage without a comment', () => {
  expect(typedScreens(PAGE)).toEqual([]);
  expect(typedScreens(`${PAGE}\n\`\`\`\n$ psusage status\nall is well\n\`\`\`\n`)).toEqual([20]);
});

test.each([
  ['no block', '<!-- screen: psusage report -->\n\nText.\n', /line 1/],
  ['another program', '<!-- screen: ls -->\n\n```\n```\n', /line 1/],
  [
    'a journal that there is not',
    '<!-- screen journal=mine: psusage report -->\n```\n```\n',
    /journal=/,
  ],
  ['an unknown word', '<!-- screen wide: psusage report -->\n```\n```\n', /columns=/],
])('refuses a comment with %s', (_, page, message) => {
  expect(() => screensOf(page)).toThrow(message);
});
