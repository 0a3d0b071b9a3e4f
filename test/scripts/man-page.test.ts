import { expect, test } from 'vitest';
import { manPage } from '../../scripts/man-page.js';
import { wholeProgram } from '../../src/program.js';

const PAGE = manPage(await wholeProgram(), '2026-11-25');

test('the page has every option of every command, and no name of this machine', async () => {
  const shown = PAGE.replaceAll(/\\f[BIR]/g, '').replaceAll(String.raw`\-`, '-');
  const program = await wholeProgram();
  for (const command of [program, ...program.commands]) {
    for (const { long, envVar } of command.options) {
      expect(shown).toContain(long);
      expect(shown).toContain(envVar ?? '');
    }
  }
  expect(shown).toContain('(default: the hostname');
  expect(shown.split('PSUSAGE_NO_FORKS=1')).toHaveLength(2);
});
