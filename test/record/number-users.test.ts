import { expect, test } from 'vitest';
import { NumberUsers } from '../../src/record/number-users.js';
import { plan, simulatedPs } from '../simulation/kernel.js';

const { samples } = simulatedPs([plan({ pid: 1, uid: 2_800 })], 20_000);
const shown = (user: string) =>
  new Map([...samples].map(([pid, each]) => [pid, { ...each, user }]));
const NAMES = new Map([
  [2_800, 'oldshop'],
  [2_801, 'other'],
]);

test('who is shown by the number is looked up each five minutes, and nobody else is', async () => {
  const asked: number[] = [];
  let isLong = false;
  const users = new NumberUsers((uid) => {
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
