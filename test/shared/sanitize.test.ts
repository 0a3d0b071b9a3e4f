import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeJson, sanitize } from '../../src/shared/sanitize.js';
import { anyCharacter } from '../builders/any-character.js';

describe('a name from a process', () => {
  it('can not move the cursor, colour the screen or turn the writing round', () => {
    expect(sanitize('\u{1b}[2Jroot\u{9b}31m\u{202e}\u{7}\n\u{2028}')).toBe(
      '\u{fffd}[2Jroot\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}\u{fffd}',
    );
  });

  it('keeps its letters, whatever the script', () => {
    expect(sanitize('Čšž-日本-php_fpm8.2')).toBe('Čšž-日本-php_fpm8.2');
  });

  it('means the same in JSON, escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (name) => {
        const json = sanitizeJson(JSON.stringify({ name }, null, 2));
        expect(JSON.parse(json)).toEqual({ name });
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
