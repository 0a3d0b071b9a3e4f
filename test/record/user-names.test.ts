import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readDryRunLines } from '../../src/record/ship/dry-run.js';
import { MAX_REMEMBERED_USERS, withKnownNames } from '../../src/record/tracker/user-names.js';
import type { Sample } from '../../src/record/ps/sample.js';
import type { UserFilter } from '../../src/report/user-filter.js';
import { named } from '../builders/asked.js';
import { detailsText } from '../builders/details.js';
import { jsonOf, tableOf } from '../builders/report.js';
import { faultsOf } from '../invariants.js';
import { plan, simulatedPs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';
import { salvaged } from './salvage/damaged.js';

const BOOTED_MS = Date.UTC(2026, 5, 1, 12);
const UID = 2_800;

let machine: SimulatedMachine;
beforeEach(() => {
  machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
  });
  machine.bootMs = 20_000;
  machine.processes = [plan({ pid: 100, uid: UID, percent: 50 })];
  called('oldshop');
});

/** What ps shows in place of the user's name. */
function called(name: string): void {
  machine.tamper = (output) => output.replaceAll(`user${UID}`.padEnd(32), name.padEnd(32));
}

/** By name: CPU time in ms of the sums, and how many processes they count. */
function users(): Record<string, { cpuMs: number; processes: number }> {
  return machine.read((db) => {
    expect(faultsOf(db)).toEqual({});
    const rows = db
      .prepare<[], { name: string; cpuMs: number; processes: number }>(
        `SELECT name, sum(cpu_ms) AS cpuMs, sum(started) AS processes
         FROM usage JOIN user USING (user_id) WHERE uid = ${UID} GROUP BY user_id`,
      )
      .all();
    return Object.fromEntries(
      rows.map(({ name, cpuMs, processes }) => [name, { cpuMs, processes }]),
    );
  });
}

function latestName(): unknown {
  return machine.read((db) =>
    db.prepare(`SELECT name FROM user WHERE uid = ${UID} AND latest = 1`).pluck().all(),
  );
}

function shippedUsers(): string[] {
  return machine.read((db) =>
    [...readDryRunLines(db, { host: 'web1', sinceMs: 0, server: 'influxdb' })]
      .flatMap((lines) => lines.split('\n'))
      .flatMap((line) => /user=(\w+)/.exec(line)?.[1] ?? []),
  );
}

/** Ten seconds as oldshop, ten as stranger. */
async function recordRenaming(): Promise<void> {
  machine.start();
  await machine.ticks(10);
  called('stranger');
  await machine.ticks(10);
}

test('a record keeps the name that its user had when the uid is renamed or given to somebody else', async () => {
  await recordRenaming();
  const startMs = machine.bootMs + 500;
  machine.processes.push(plan({ pid: 200, uid: UID, percent: 20, startMs, lifeMs: 2_500 }));
  await machine.ticks(5);
  machine.stop();
  const { oldshop, stranger } = users();
  expect(oldshop?.cpuMs).toBeGreaterThan(4_000);
  expect(oldshop?.cpuMs).toBeLessThan(6_500);
  expect(oldshop?.processes).toBe(1);
  expect(stranger?.cpuMs).toBeGreaterThan(7_000);
  expect(stranger?.processes).toBe(1);
  expect(shippedUsers()).toEqual(['oldshop', 'stranger']);
  expect(latestName()).toEqual(['stranger']);
});

test('also when the recorder was down meanwhile, and the process lives on', async () => {
  machine.start();
  await machine.ticks(10);
  machine.stop();
  const before = users();
  called('stranger');
  machine.start();
  await machine.ticks(10);
  machine.stop();
  expect(users()['oldshop']).toEqual(before['oldshop']);
  expect(users()['stranger']?.cpuMs).toBeGreaterThan(3_000);
});

test('a user whose name can not be looked up for a while keeps it', async () => {
  machine.start();
  await machine.ticks(5);
  called(String(UID));
  machine.processes.push(plan({ pid: 200, uid: UID, percent: 20, startMs: machine.bootMs + 500 }));
  await machine.ticks(5);
  machine.stop();
  expect(Object.keys(users())).toEqual(['oldshop']);
  // Nor does a recorder forget it that starts meanwhile, on whatever boot.
  machine.reboot(60_000);
  machine.bootMs = 20_000;
  machine.processes = [plan({ pid: 300, uid: UID, percent: 50 })];
  machine.start();
  await machine.ticks(5);
  machine.stop();
  expect(Object.keys(users())).toEqual(['oldshop']);
  expect(shippedUsers().every((name) => name === 'oldshop')).toBe(true);
});

test('a uid that goes to somebody whose name is too long for ps is called by its number from then on', async () => {
  machine.start();
  await machine.ticks(10);
  called(String(UID));
  machine.shownAsNumber.add(UID);
  await machine.ticks(10);
  machine.stop();
  const { oldshop, [String(UID)]: next } = users();
  expect(oldshop?.cpuMs).toBeLessThan(7_000);
  expect(next?.cpuMs).toBeGreaterThan(3_000);
  expect(latestName()).toEqual([String(UID)]);
});

test('also when the name was not to be found at first', async () => {
  machine.start();
  await machine.ticks(5);
  called(String(UID));
  await machine.ticks(5);
  machine.shownAsNumber.add(UID);
  machine.stop();
  machine.start();
  await machine.ticks(5);
  machine.stop();
  expect(Object.keys(users())).toEqual([String(UID), 'oldshop']);
});

test('it is the name that was seen last, also where an earlier one has come back', async () => {
  await recordRenaming();
  called('oldshop');
  await machine.ticks(5);
  machine.stop();
  expect(latestName()).toEqual(['oldshop']);
  const before = users();
  called(String(UID));
  machine.start();
  await machine.ticks(5);
  machine.stop();
  const after = users();
  expect(after['stranger']).toEqual(before['stranger']);
  expect(after['oldshop']?.cpuMs).toBeGreaterThan(before['oldshop']?.cpuMs ?? 0);
  expect(after[String(UID)]).toBeUndefined();
});

test('a user who never had a name is called by the uid', async () => {
  called(String(UID));
  machine.start();
  await machine.ticks(5);
  machine.stop();
  expect(Object.keys(users())).toEqual([String(UID)]);
});

test('a recorder of one user goes on with that user while names can not be looked up', async () => {
  machine.start({ users: ['oldshop'] });
  await machine.ticks(5);
  called(String(UID));
  await machine.ticks(5);
  machine.stop();
  const { oldshop } = users();
  expect(oldshop?.cpuMs).toBeGreaterThan(4_000);
  const reasons = machine.read((db) => db.prepare('SELECT end_reason FROM process').pluck().all());
  expect(reasons).toEqual([null]);
});

test('and leaves out whoever gets that uid next', async () => {
  machine.start({ users: ['oldshop'] });
  await machine.ticks(5);
  called('stranger');
  await machine.ticks(5);
  machine.stop();
  expect(Object.keys(users())).toEqual(['oldshop']);
});

test('a report has a row for each name of a uid, and says so', async () => {
  await recordRenaming();
  machine.stop();
  const source = { path: machine.options.journalPath };
  const asked = { days: { kind: 'day', day: '2026-06-01' }, timeZone: 'UTC' } as const;
  const report = await jsonOf(source, asked, machine.wallMs);
  expect(report.renamedUsers).toEqual([{ uid: UID, names: ['oldshop', 'stranger'] }]);
  expect(report.users?.map(({ user, uid }) => [user, uid])).toEqual(
    expect.arrayContaining([
      ['oldshop', UID],
      ['stranger', UID],
    ]),
  );
  expect(await tableOf(source, asked, {}, machine.wallMs)).toContain(
    'several names, a row for each: uid 2800 was oldshop, stranger',
  );
  const old = await jsonOf(source, { ...asked, user: named('oldshop') }, machine.wallMs);
  expect(old.users).toHaveLength(1);
  expect(old.total.cpuSeconds).toBeLessThan(report.total.cpuSeconds);
  expect(old.renamedUsers).toEqual(report.renamedUsers);
  for (const user of [String(UID), `uid:${UID}`]) {
    const query = { ...asked, user: named(user) };
    await expect(jsonOf(source, query, machine.wallMs)).rejects.toMatchObject({
      message: `${user} had 2 names on 2026-06-01`,
      hint: "name one of them: 'oldshop', 'stranger'",
    });
  }
});

test('each view of one user says that the uid had other names too, and to the user alone none does', async () => {
  await recordRenaming();
  machine.stop();
  const { journalPath: path } = machine.options;
  const asked = { days: { kind: 'day', day: '2026-06-01' }, timeZone: 'UTC' } as const;
  const textsOf = (user: UserFilter | undefined) =>
    Promise.all([
      ...(['user', 'program'] as const).map((by) =>
        tableOf({ path }, { ...asked, user, by }, { columns: 200 }, machine.wallMs),
      ),
      ...(['user', 'hours', 'processes'] as const).map((view) =>
        detailsText({ path }, { ...asked, user, view }, { columns: 200 }, machine.wallMs),
      ),
    ]);
  for (const text of await textsOf(named('oldshop')))
    expect(text).toContain(
      'several names: uid 2800 was oldshop, stranger; the figures are of oldshop alone\n',
    );
  for (const text of await textsOf({ kind: 'own', uid: UID, name: 'stranger' })) {
    expect(text).not.toContain('several names');
    expect(text).not.toContain('oldshop');
  }
  const hours = { ...asked, user: undefined, view: 'hours' } as const;
  expect(await detailsText({ path }, hours, { columns: 200 }, machine.wallMs)).toContain(
    'several names: uid 2800 was oldshop, stranger\n',
  );
});

test('nobody sees the days of whoever had the uid before as their own', async () => {
  machine.start();
  await machine.ticks(10);
  machine.stop();
  const source = { path: machine.options.journalPath };
  const asked = { days: { kind: 'day', day: '2026-06-01' }, timeZone: 'UTC' } as const;
  const mine = (name: string) =>
    jsonOf(source, { ...asked, user: { kind: 'own', uid: UID, name } }, machine.wallMs);
  expect((await mine('oldshop')).total.cpuSeconds).toBeGreaterThan(0);
  expect(await mine('stranger')).toMatchObject({
    ...{ onlyUser: { user: 'stranger', uid: UID }, users: [], total: { cpuSeconds: 0 } },
  });
});

test('a journal that is salvaged keeps each name, and which of them was the last', async () => {
  await recordRenaming();
  machine.stop();
  const before = users();
  const { path } = salvaged(machine.options.journalPath);
  machine = new SimulatedMachine({ journalPath: path, bootedMs: BOOTED_MS });
  expect(users()).toEqual(before);
  expect(latestName()).toEqual(['stranger']);
});

test('no more names are remembered than a bound, the newest', () => {
  const [one] = simulatedPs([plan({ pid: 1 })], 20_000).samples.values();
  const samples = new Map<number, Sample>();
  for (let uid = 0; uid <= MAX_REMEMBERED_USERS; uid += 1) {
    if (one !== undefined) samples.set(uid + 1, { ...one, uid, user: `u${uid}` });
  }
  const { names } = withKnownNames(samples, new Map());
  expect(names.size).toBe(MAX_REMEMBERED_USERS);
  expect(names.has(0)).toBe(false);
  expect(names.get(MAX_REMEMBERED_USERS)).toBe(`u${MAX_REMEMBERED_USERS}`);
});
