import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { findKeyLine } from '../../src/shared/toml-lines.js';

const TEXT = `journal = "/x"   # first
# host = "no"
host = "web1"

[record]
programs = [
  "php-fpm",
]
forks = true

[ report ]  # budgets
"budget" = ["20%"]
ship.batch = 3

[[ship]]
[ship.since]
`;

it.each([
  [undefined, 'journal', 1],
  [undefined, 'host', 3],
  [undefined, 'record', 5],
  ['record', 'programs', 6],
  ['record', 'forks', 9],
  [undefined, 'report', 11],
  ['report', 'budget', 12],
  ['report', 'ship.batch', 13],
  [undefined, 'ship', 15],
  ['ship', 'since', 16],
  ['report', 'forks', undefined],
  [undefined, 'forks', undefined],
])('finds where in %s the key %s is set: line %s', (table, key, line) => {
  expect(findKeyLine(TEXT, table, key)).toBe(line);
});

const IN_VALUES = `# it's """ not a string
a = """
host = 1
[record]
\\"""\\\\"""""
b = '''
host = 2'''
c = [ # ]
  ["x=1", '['],
  [1]
]
d = { e = [
  ["record"]
] }
f = "\\"[" # {
host = 3
`;

it('takes no line in the middle of a value for a key or a table', () => {
  expect(parse(IN_VALUES)).toHaveProperty('host', 3);
  expect(findKeyLine(IN_VALUES, undefined, 'host')).toBe(
    IN_VALUES.split('\n').indexOf('host = 3') + 1,
  );
  expect(findKeyLine(IN_VALUES, undefined, 'record')).toBe(undefined);
});

const PIECES = [
  ...[
    'host = 1',
    '[t]',
    '"""',
    "'''",
    '"',
    "'",
    '\\',
    '#',
    '[',
    ']',
    '{',
    '}',
    ',',
    '1',
    ' ',
    '\n',
    '\n',
  ],
  ...['k = ', '\nk = """', "\nk = '''", '\nk = [', '\nhost = 1\n'],
];

it('finds in any text that is TOML the one line at which the key begins', () => {
  let found = 0;
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 });
  const property = fc.property(text, fc.constantFrom(undefined, 't'), (pieces, table) => {
    const toml = `${pieces.join('')}\n`;
    const set = tablesOf(toml);
    const line = findKeyLine(toml, table, 'host');
    const inner = table === undefined ? set : set?.[table];
    if (set === undefined || line === undefined) return;
    found += 1;
    expect(inner).toHaveProperty('host');
    // What stands before it is whole, and sets it nowhere.
    const before = tablesOf(
      toml
        .split('\n')
        .slice(0, line - 1)
        .join('\n'),
    );
    expect(before).toBeDefined();
    expect(table === undefined ? before : (before?.[table] ?? {})).not.toHaveProperty('host');
  });
  fc.assert(property, { numRuns: 20_000 });
  expect(found).toBeGreaterThan(100);
});

function tablesOf(text: string): Record<string, unknown> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
