import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import {
  checkUserName,
  findNamesOfDigits,
  isShownAsNumber,
  NumberedUsers,
} from '../../../src/record/ps/users.js';
import { plan, simulatedPs } from '../../simulation/kernel.js';
import { temporaryFolder } from '../../temporary-folder.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A system whose `id` does so. */
function systemThat(does: string): void {
  const folder = temporaryFolder();
  const id = join(folder, 'id');
  writeFileSync(id, `#!/bin/sh\n${does}\n`);
  chmodSync(id, 0o755);
  vi.stubEnv('PATH', folder);
}

test.each(['foo_com', '1001', 'DOMAIN\\foo', 'a'.repeat(32), 'shop*'])(
  'takes the user %s',
  (name) => {
    expect(checkUserName(name)).toBe(name);
  },
);

test.each([
  ['', 'a user needs a name', 'psusage record'],
  [' ', 'a user needs a name', 'psusage record'],
  ['müller', 'not plain ASCII', 'id -u müller'],
  ['foo\u{1b}', 'not plain ASCII', 'use the uid'],
  ['a'.repeat(33), 'longer than 32 characters', 'use the uid'],
])('refuses the user %j', (name, why, hint) => {
  expect(() => checkUserName(name)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining(why) as string,
      hint: expect.stringContaining(hint) as string,
    }) as Error,
  );
});

test('finds which numbers are the names of other uids', async () => {
  systemThat('case "$3" in 2801) echo 2800 ;; 9) exit 1 ;; *) echo "$3" ;; esac');
  expect(await findNamesOfDigits(['2801', '2802', '9', 'foo', 'uid:2801'])).toEqual(
    new Map([[2800, '2801']]),
  );
});

test('finds none where the system has none, or can not look them up', async () => {
  expect(await findNamesOfDigits(['0', '4294967000'])).toEqual(new Map());
  vi.stubEnv('PATH', temporaryFolder());
  expect(await findNamesOfDigits(['2801'])).toEqual(new Map());
});

test.each([
  [`echo ${'a'.repeat(33)}`, true],
  [`[ "$*" = '-un -- +2800' ] && echo 2800`, true],
  [`echo ${'a'.repeat(32)}`, false],
  ['echo oldshop', false],
  ['exit 0', false],
  ['echo 2800; exit 1', false],
])('where id prints %j: %s', async (does, isShown) => {
  systemThat(does);
  expect(await isShownAsNumber(2_800)).toBe(isShown);
});

test('the system itself knows root, and not this uid', async () => {
  expect(await isShownAsNumber(0)).toBe(false);
  expect(await isShownAsNumber(4_294_967_000)).toBe(false);
});

const { samples } = simulatedPs([plan({ pid: 1, uid: 2_800 })], 20_000);
const shown = (user: string) =>
  new Map([...samples].map(([pid, each]) => [pid, { ...each, user }]));
const NAMES = new Map([
  [2_800, 'oldshop'],
  [2_801, 'other'],
]);

test('a user shown by the number is looked up each five minutes, and no other', async () => {
  const asked: number[] = [];
  let isLong = false;
  const users = new NumberedUsers((uid) => {
    asked.push(uid);
    return Promise.resolve(isLong);
  });
  users.lookUp(shown('oldshop'), NAMES, 0);
  users.lookUp(shown('stranger'), NAMES, 0);
  users.lookUp(shown('2800'), new Map(), 0);
  users.lookUp(shown('2800'), new Map([[2_800, '2800']]), 0);
  expect(asked).toEqual([]);
  for (const nowMs of [0, 1_000, 299_999]) users.lookUp(shown('2800'), NAMES, nowMs);
  await Promise.resolve();
  expect(asked).toEqual([2_800]);
  expect(users.withoutOthers(NAMES)).toBe(NAMES);
  isLong = true;
  users.lookUp(shown('2800'), NAMES, 300_000);
  await Promise.resolve();
  expect(asked).toEqual([2_800, 2_800]);
  expect(users.withoutOthers(NAMES)).toEqual(new Map([[2_801, 'other']]));
  expect(users.withoutOthers(NAMES)).toBe(NAMES);
});
