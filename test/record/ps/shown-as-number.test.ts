import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { isShownAsNumber } from '../../../src/record/ps/shown-as-number.js';
import { temporaryFolder } from '../../temporary-folder.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A system whose `id` does so for whatever uid. */
function systemThat(does: string): void {
  const folder = temporaryFolder();
  const id = join(folder, 'id');
  writeFileSync(id, `#!/bin/sh\n${does}\n`);
  chmodSync(id, 0o755);
  vi.stubEnv('PATH', folder);
}

test.each([
  [`echo ${'a'.repeat(33)}`, true],
  [`[ "$*" = '-un -- +2800' ] && echo 2800`, true],
  [`echo ${'a'.repeat(32)}`, false],
  ['echo oldshop', false],
  ['exit 0', false],
  ['echo 2800; exit 1', false],
])('where id says %j: %s', async (does, isShown) => {
  systemThat(does);
  expect(await isShownAsNumber(2_800)).toBe(isShown);
});

test('the system itself knows root, and not this uid', async () => {
  expect(await isShownAsNumber(0)).toBe(false);
  expect(await isShownAsNumber(4_294_967_000)).toBe(false);
});
