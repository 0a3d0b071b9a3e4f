import { expect, test } from 'vitest';
import { nameAsPsShows } from '../../src/shared/ps-user-name.js';

test.each([
  ['foo_com', 'foo_com'],
  ['DOMAIN\\foo bar', 'DOMAIN\\foo bar'],
  ['a'.repeat(32), 'a'.repeat(32)],
  ['a'.repeat(33), '40000'],
  ['jože', 'jo??e'],
  ['ž'.repeat(16), '?'.repeat(32)],
  ['ž'.repeat(17), '40000'],
  ['foo\u{1b}\u{7f}', 'foo..'],
  ['', '40000'],
])('ps shows %j as %j', (name, shown) => {
  expect(nameAsPsShows(Buffer.from(name), 40_000)).toBe(shown);
});

test('a name need not be text', () => {
  expect(nameAsPsShows(Buffer.from([0x66, 0xff, 0x80]), 40_000)).toBe('f??');
});
