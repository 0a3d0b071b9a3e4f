import { expect, it } from 'vitest';
import type { ReportedRun } from '../../../src/report/models/day.js';
import { redactUsers } from '../../../src/report/models/users.js';

const RUN: ReportedRun = {
  ...{ host: 'web1', version: '0.1.0', vcpus: 2, programs: [], users: [], forks: true },
  ...{
    visibility: 'all',
    precision: 'cuu',
    areAgesKnown: true,
    areUsersUnmapped: false,
    intervalMs: 1_000,
    startedMs: 0,
    lastTickMs: 1_000,
    running: true,
  },
  ...{ endedMs: null, endReason: null, gaps: [], steps: [] },
};

it.each([
  { users: [], shown: [] },
  { users: ['foo_com'], shown: ['foo_com'] },
  { users: ['1001'], shown: ['1001'] },
  { users: ['bar_org', 'foo_com', 'shop_net'], shown: ['foo_com', '(others)'] },
  { users: ['bar_org'], shown: ['(others)'] },
  { users: ['foo*', 'foo_com'], shown: ['foo_com', '(others)'] },
  { users: ['[fs]oo_com'], shown: ['foo_com', '(others)'] },
  { users: ['bar*'], shown: ['(others)'] },
])('a recorder that follows $users follows $shown as far as foo_com may know', (each) => {
  const [run] = redactUsers([{ ...RUN, users: each.users }], [{ name: 'foo_com', uid: 1001 }]);
  expect(run).toEqual({ ...RUN, users: each.shown });
});
