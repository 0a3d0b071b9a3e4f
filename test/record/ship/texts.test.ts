import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldText, tagText } from '../../../src/record/ship/texts.js';

it('leaves a readable name as it is, in any script', () => {
  for (const name of ['foo_com', 'foo bar', 'a,b=c"d', 'žiga', '山田', 'php-fpm: pool www']) {
    expect(tagText(name)).toBe(name);
  }
});

it('replaces what line protocol can not hold', () => {
  expect(tagText('DOMAIN\\user')).toBe('DOMAIN/user');
  expect(tagText('two\nlines\tand a bell\u{7}')).toBe('two\u{fffd}lines\u{fffd}and a bell\u{fffd}');
  expect(tagText('right \u{202e}to left')).toBe('right \u{fffd}to left');
  expect(tagText('half \u{d800}a character')).toBe('half \u{fffd}a character');
  expect(tagText('  blanks around ')).toBe('blanks around');
});

it('gives an empty name a value, since a tag without one can not be sent', () => {
  expect(tagText('')).toBe('(none)');
  expect(tagText('   ')).toBe('(none)');
});

it('cuts what is longer than 256 characters, never within one', () => {
  expect(tagText('x'.repeat(256))).toBe('x'.repeat(256));
  expect(tagText('x'.repeat(65_536))).toBe(`${'x'.repeat(255)}…`);
  expect(fieldText('😀'.repeat(300))).toBe(`${'😀'.repeat(255)}…`);
});

it('keeps a backslash in a command, which is no tag', () => {
  expect(fieldText('C:\\run "it"')).toBe('C:\\run "it"');
});

it('makes a tag of any name that ends in no backslash, has no line end and is not empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const tag = tagText(name);
      expect(tag).not.toMatch(/[\n\r\t\\\0]/);
      expect(tag).not.toBe('');
      expect(Array.from(tag).length).toBeLessThanOrEqual(256);
      expect(tagText(tag)).toBe(tag);
    }),
  );
});
