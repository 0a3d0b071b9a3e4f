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
