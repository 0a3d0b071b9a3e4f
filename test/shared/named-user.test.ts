import { expect, test } from 'vitest';
import { UsageError } from '../../src/shared/errors.js';
import { parseNamedUsers, usersNamed } from '../../src/shared/named-user.js';

const DIGITS = { name: '2801', uid: 2800 };
const SHOP = { name: 'shop', uid: 2801 };
const OLD = { name: 'oldshop', uid: 2802 };
const NEW = { name: 'newshop', uid: 2802 };
const ALL = [DIGITS, SHOP, OLD, NEW];

test.each([
  ['shop', [SHOP]],
  ['2801', [DIGITS]],
  ['uid:2801', [SHOP]],
  ['uid:2800', [DIGITS]],
  ['2800', [DIGITS]],
  ['2802', [OLD, NEW]],
  ['uid:2802', [OLD, NEW]],
  ['02801', [SHOP]],
  ['nobody', []],
  ['uid:1', []],
  ['*shop', [SHOP, OLD, NEW]],
  ['[on]*shop', [OLD, NEW]],
  ['280?', [DIGITS]],
  ['x*', []],
])('%s names whoever is called so, and by number whom nobody is called like', (text, users) => {
  expect(usersNamed(parseNamedUsers(text), ALL)).toEqual(users);
});

test.each(['uid:', 'uid:*', 'uid:shop', 'uid:-1', 'uid:99999999999'])('%s is no uid', (text) => {
  expect(() => parseNamedUsers(text)).toThrow(UsageError);
});

test('names nobody by a number where uids are not known', () => {
  expect(usersNamed(parseNamedUsers('2801'), [{ name: 'shop', uid: null }])).toEqual([]);
});
