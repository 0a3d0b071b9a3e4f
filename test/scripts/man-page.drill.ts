import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { manPage } from '../../scripts/man-page.js';
import { wholeProgram } from '../../src/program.js';

const PAGE = manPage(await wholeProgram(), '2026-11-25');

test.each([
  ['groff', ['-ww', '-man', '-Tutf8', '-z']],
  ['mandoc', ['-T', 'lint', '-W', 'warning']],
])('%s finds no fault with the page', (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { input: PAGE, encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
});
