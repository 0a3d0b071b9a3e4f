import { expect, test } from 'vitest';
import { replaceSection } from '../../bench/shared/page.js';

const PAGE = `# What it costs

A sentence.

## Starting

Old.

### Details

Old details.

## Reporting

Of a day.
`;

test('a section takes the place of the one of its heading, and leaves the others', () => {
  expect(replaceSection(PAGE, 'Starting', '## Starting\n\nNew.\n')).toBe(
    '# What it costs\n\nA sentence.\n\n## Starting\n\nNew.\n\n## Reporting\n\nOf a day.\n',
  );
});

test('a section whose heading is not there goes to the end', () => {
  expect(replaceSection(PAGE, 'Start', '## Start\n\nNew.')).toBe(`${PAGE}\n## Start\n\nNew.\n\n`);
});
