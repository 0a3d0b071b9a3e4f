import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellGlob } from '../../src/shared/shell-glob.js';

function matches(glob: string, comm: string): boolean {
  return shellGlob(glob).test(comm);
}

test.each([
  ['php*', 'php-fpm8.2'],
  ['*', ''],
  ['*', '.hidden'],
  ['php?fpm', 'php-fpm'],
  ['kworker/*', 'kworker/0:1-events'],
  ['kworker*', 'kworker/0:1-events'],
  ['*/0', 'migration/0'],
  ['k*/[0-9]:?', 'kworker/0:1'],
  ['[ab]x', 'bx'],
  ['[!ab]x', 'cx'],
  ['[^ab]x', 'cx'],
  ['[]x]', ']'],
  ['[!]x]', 'a'],
  ['[[:digit:]]x', '7x'],
  ['[a-c]*', 'b'],
  [String.raw`\**`, '*a'],
  ['a|*', 'a|b'],
  ['(a)*', '(a)b'],
  ['a.*', 'a.b'],
  ['{a,b}*', '{a,b}'],
  ['a[b', 'a[b'],
  ['a) b [c] (d', 'a) b c (d'],
])('%s matches %s', (glob, comm) => {
  expect(matches(glob, comm)).toBe(true);
});

test.each([
  ['php*', 'PHP-FPM'],
  ['php*', 'xphp'],
  ['php?', 'php'],
  ['[!ab]x', 'ax'],
  ['[a-c]x', 'dx'],
  ['a.*', 'axb'],
  ['a*|b', 'b'],
  ['{a,b}*', 'a'],
  ['!a*', 'b'],
  [String.raw`\**`, 'a'],
  ['php*', 'a\nphp'],
])('%s does not match %s', (glob, comm) => {
  expect(matches(glob, comm)).toBe(false);
});

/** The same question, answered by trying. */
function tried([token, ...rest]: string[], text: string): boolean {
  if (token === undefined) return text === '';
  if (token === '*') {
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((tail) =>
      tried(rest, tail),
    );
  }
  const [first] = text;
  if (first === undefined) return false;
  return fits(token, first) && tried(rest, text.slice(1));
}

function fits(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.startsWith('[!')) return !token.slice(2, -1).includes(character);
  if (token.startsWith('[')) return token.slice(1, -1).includes(character);
  return token === character;
}

test('a glob means what a shell makes of it, whatever else it holds', () => {
  const literals = Array.from('ab.()|+$^@!{}-/"\'#~,:= ');
  const wild = fc.constantFrom('*', '?', '[ab]', '[!a]', '[!.b]', '[(|]');
  const token = fc.oneof(wild, fc.constantFrom(...literals));
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 4 }),
      wild,
      fc.array(token, { maxLength: 4 }),
      fc.string({ unit: fc.constantFrom(...literals), maxLength: 6 }),
      (before, one, after, comm) => {
        const tokens = [...before, one, ...after];
        const glob = tokens.join('');
        fc.pre(!glob.startsWith('/') && glob.trim() !== '');
        const similar = tokens
          .map((each) => (each.length > 1 ? 'a' : each.replace(/[*?]/, comm.slice(0, 1))))
          .join('');
        for (const text of [comm, similar]) {
          expect(matches(glob, text)).toBe(tried(tokens, text) || text === glob);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
