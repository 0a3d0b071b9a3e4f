import { expect, test } from 'vitest';
import { nearestZone } from '../../../src/report/data/nearest-zone.js';

test.each([
  ['Lubljana', 'Europe/Ljubljana'],
  ['europe/pariss', 'Europe/Paris'],
  ['Tokio', 'Asia/Tokyo'],
  ['BST', undefined],
  ['XYZ', undefined],
])('the zone that %s may be a misspelling of is %s', (name, zone) => {
  expect(nearestZone(name)).toBe(zone);
});
