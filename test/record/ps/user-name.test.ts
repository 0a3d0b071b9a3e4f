import { expect, test } from 'vitest';
import { userName } from '../../../src/record/ps/user-name.js';

test.each(['foo_com', '1001', 'DOMAIN\\foo', 'a'.repeat(32)])('takes the user %s', (name) => {
  expect(userName(name)).toBe(name);
});

test.each([
  ['', 'a user needs a name', 'psusage record'],
  [' ', 'a user needs a name', 'psusage record'],
  ['müller', 'not plain ASCII', 'id -u müller'],
  ['foo\u{1b}', 'not plain ASCII', 'give the uid'],
  ['a'.repeat(33), 'longer than 32 characters', 'give the uid'],
])('refuses the user %j', (name, why, hint) => {
  expect(() => userName(name)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining(why) as string,
      hint: expect.stringContaining(hint) as string,
    }) as Error,
  );
});
