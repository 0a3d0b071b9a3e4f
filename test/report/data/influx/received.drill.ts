import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FleetQuery } from '../../../../src/report/make-fleet.js';
import type { Connection } from '../../../../src/shared/influx/connection.js';
import { connectionTo } from '../../../builders/connection.js';
import { JournalBuilder } from '../../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../../builders/records.js';
import { fleetJsonOf, fleetReportOf, jsonOf, type JsonReport } from '../../../builders/report.js';
import { shipAll } from '../../../builders/ship.js';
import { someRecords } from '../../../builders/some-records.js';
import { type InfluxdbServer, startInfluxdb } from '../../../servers/influxdb.js';
import {
  startVictoriaMetrics,
  type VictoriaMetricsServer,
} from '../../../servers/victoria-metrics.js';

const HOSTS = ['web1', 'web2', 'db "3", a=b'];
const FROM_MS = Date.UTC(2026, 2, 28, 17);
const LJUBLJANA_MIDNIGHT = Date.UTC(2026, 2, 28, 23);

/** As line protocol, InfluxQL and JSON all have to bear them; a backslash is shipped as a slash. */
const HOSTILE_NAMES = [
  `"quoted" 'twice'`,
  'a,b=c d',
  'back\\slash',
  '{user="x"}',
  '__proto__',
  'žaba 蛙',
];

const DAYS = { kind: 'range', from: '2026-03-28', to: '2026-03-29' } as const;
const ZONES = ['UTC', 'Europe/Ljubljana', 'Asia/Kolkata', 'Australia/Lord_Howe'];

let influxdb: InfluxdbServer;
let victoriaMetrics: VictoriaMetricsServer;
let journals: JournalBuilder[];
const connections = new Map<string, Connection>();

beforeAll(async () => {
  [influxdb, victoriaMetrics] = await Promise.all([startInfluxdb(), startVictoriaMetrics()]);
  await influxdb.createDatabase('psusage');
  const victoria = { server: 'victoriametrics', url: victoriaMetrics.url } as const;
  connections.set('InfluxDB', connectionTo(influxdb.url));
  connections.set('VictoriaMetrics', connectionTo(victoria.url, victoria));
  const bare = { ...victoria, target: { api: 'bare' } } as const;
  connections.set('VictoriaMetrics without a database', connectionTo(victoria.url, bare));
  journals = HOSTS.map(journalOf);
  for (const connection of connections.values()) {
    for (const journal of journals) await shipAll(journal, connection);
  }
  await victoriaMetrics.query('1', 0);
});
afterAll(async () => {
  for (const journal of journals) journal.remove();
  await Promise.all([influxdb.stop(), victoriaMetrics.stop()]);
});

/** Some users are on all hosts, some on one, and one has a name that is hard to bear. */
function journalOf(host: string, at: number): JournalBuilder {
  const journal = new JournalBuilder();
  const records = someRecords({ count: 1_500, users: 8, seed: at + 1, fromMs: FROM_MS });
  insertRecords(
    journal.db,
    records.map((record) => ({ ...record, user: userOf(record, at) })),
  );
  journal.db.prepare('UPDATE recorder_run SET host = ?').run(host);
  return journal;
}

function userOf({ uid, user }: TestRecord, at: number): string {
  if (uid > 1_006) return HOSTILE_NAMES[at + (uid - 1_007) * HOSTS.length] ?? user;
  return uid > 1_004 ? `${user} of ${at}` : user;
}

const LISTS = { user: 'users', program: 'programs', command: 'commands', host: 'hosts' } as const;

type Grouping = keyof typeof LISTS;

/** What each key used, in all and by the hour, in ms. */
function figuresOf(reports: readonly JsonReport[], by: Grouping) {
  const rows = new Map<string, number>();
  const hours = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, amount: number) =>
    to.set(key, (to.get(key) ?? 0) + Math.round(amount));
  for (const report of reports) {
    for (const row of report[LISTS[by]] ?? []) {
      add(rows, shipped(row[by]), row.cpuSeconds * 1_000);
    }
    for (const { from, utilSeconds } of report.hours) {
      for (const [key, amount] of Object.entries(utilSeconds)) {
        add(hours, `${from} ${shipped(key)}`, amount * 10);
      }
    }
  }
  const total = reports.reduce((sum, { total }) => sum + Math.round(total.cpuSeconds * 1_000), 0);
  return { rows: sorted(rows), hours: sorted(hours), total };
}

function sorted(amounts: ReadonlyMap<string, number>): [string, number][] {
  return [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function shipped(name: string | undefined): string {
  return (name ?? '').replaceAll('\\', '/');
}

const ASKED = ZONES.flatMap((timeZone) =>
  (['user', 'program', 'host'] as const).map((by) => [timeZone, by] as const),
);

describe.each(['InfluxDB', 'VictoriaMetrics', 'VictoriaMetrics without a database'])(
  'the report of all that ship to %s',
  (name) => {
    const of = (asked: Partial<FleetQuery>) => fleetJsonOf(connectionOf(name), asked);

    test.each(ASKED)('in %s by %s is what their journals say together', async (timeZone, by) => {
      const asked = { timeZone, by, days: DAYS };
      const fleet = await of(asked);
      const local = await Promise.all(journals.map((journal) => jsonOf(journal, asked)));
      expect(figuresOf([fleet], by)).toEqual(figuresOf(local, by));
      expect(fleet.hours.map(({ from }) => from)).toEqual(local[0]?.hours.map(({ from }) => from));
      expect(fleet.hostNames).toEqual([...HOSTS].sort());
    });

    test('of half a year in which clocks moved by half an hour has the same hours', async () => {
      const days = { kind: 'range', from: '2025-10-01', to: '2026-03-29' } as const;
      const asked = { days, timeZone: 'Australia/Lord_Howe' };
      const local = await Promise.all(journals.map((journal) => jsonOf(journal, asked)));
      const fleet = await of(asked);
      expect(figuresOf([fleet], 'user')).toEqual(figuresOf(local, 'user'));
      expect(fleet.hours.map(({ from }) => from)).toEqual(local[0]?.hours.map(({ from }) => from));
    });

    test('has what ends just at midnight in the day that ends then', async () => {
      const asked = { by: 'program' } as const;
      for (const day of ['2026-03-28', '2026-03-29']) {
        const days = { kind: 'day', day } as const;
        const local = await Promise.all(
          journals.map((journal) => jsonOf(journal, { ...asked, days })),
        );
        expect(figuresOf([await of({ ...asked, days })], 'program')).toEqual(
          figuresOf(local, 'program'),
        );
      }
      const atMidnight = journals.map(({ db }) =>
        db.prepare('SELECT count(*) FROM credit WHERE to_ms = ?').pluck().get(LJUBLJANA_MIDNIGHT),
      );
      for (const count of atMidnight) expect(count).toBeGreaterThan(5);
    });

    test('is the same without hours', async () => {
      const csv = await fleetReportOf(connectionOf(name), { format: 'csv' });
      const { users, total } = await of({});
      const [head = [], ...lines] = csv
        .trimEnd()
        .split('\n')
        .map((line) => line.split(','));
      // From the right: a name before it may hold a comma.
      const at = head.indexOf('cpu_seconds') - head.length;
      const cpuSeconds = lines.map((cells) => Number(cells.at(at)));
      expect(cpuSeconds).toEqual([...(users ?? []), total].map((row) => row.cpuSeconds));
    });

    test('of the largest has the others in one row', async () => {
      const all = await of({});
      const { users, others, total, hours } = await of({ top: 2 });
      expect(users).toEqual(all.users?.slice(0, 2));
      expect(others).toMatchObject({ rows: (all.users?.length ?? 0) - 2, processes: null });
      expect(total).toEqual(all.total);
      expect(Object.keys(hours[0]?.utilSeconds ?? {})).toContain('(others)');
    });

    test('of a day for which nothing was received says so, in the same form', async () => {
      const days = { kind: 'day', day: '2026-03-01' } as const;
      const [full, empty] = [await of({}), await of({ days })];
      expect(Object.keys(empty)).toEqual(Object.keys(full));
      expect(Object.keys(empty.total)).toEqual(Object.keys(full.total));
      expect(empty).toMatchObject({ users: [], hostNames: [], total: { cpuSeconds: 0 } });
      expect(await fleetReportOf(connectionOf(name), { days, verbose: true })).toContain(
        'nothing was received for this day\ncredit: one vCPU at 100 % for a minute\nfrom http://',
      );
    });
  },
);

test('what no sample showed is known from InfluxDB, and not from VictoriaMetrics', async () => {
  const local = await Promise.all(journals.map((journal) => jsonOf(journal)));
  const unseen = local.reduce((sum, { total }) => sum + total.unseenCpuSeconds, 0);
  const { total } = await fleetJsonOf(connectionOf('InfluxDB'));
  expect(unseen).toBeGreaterThan(1);
  expect(total.unseenCpuSeconds).toBeCloseTo(unseen, 6);
  const other = await fleetJsonOf(connectionOf('VictoriaMetrics'));
  expect(other.total.unseenCpuSeconds).toBeNull();
  expect(other.users?.map((row) => row.unseenCpuSeconds)).toContain(null);
});

test('what only a journal knows is null, not zero', async () => {
  const report = await fleetJsonOf(connectionOf('InfluxDB'));
  expect(report).toMatchObject({
    source: 'influx',
    host: null,
    vcpus: null,
    capacityUtilSeconds: null,
    coverage: { recordedSeconds: null, gapSeconds: null, gaps: null, complete: null },
    runs: [],
    recorder: { cpuSeconds: null, credits: null },
    total: { processes: null, capacityPercent: null, uncertainCpuSeconds: null },
  });
  for (const row of report.users ?? []) {
    expect(row).toMatchObject({
      uid: null,
      processes: null,
      capacityPercent: null,
      uncertainCpuSeconds: null,
    });
  }
});

test('has the keys of a report from a journal', async () => {
  const [journal] = journals;
  if (journal === undefined) throw new Error('no journal');
  const local = await jsonOf(journal);
  const fleet = await fleetJsonOf(connectionOf('InfluxDB'));
  expect(Object.keys(fleet)).toEqual(Object.keys(local));
  expect(Object.keys(fleet.users?.[0] ?? {})).toEqual(Object.keys(local.users?.[0] ?? {}));
  expect(local).toMatchObject({ source: 'journal', host: 'web1', hostNames: ['web1'] });
});

test('a bucket names a database and its retention policy', async () => {
  const connection = connectionOf('InfluxDB');
  const target = { api: 'v2', org: '-', bucket: 'psusage/autogen' } as const;
  expect(await fleetJsonOf({ ...connection, target })).toEqual(await fleetJsonOf(connection));
  const other = { ...target, bucket: 'psusage/nope' };
  await expect(fleetJsonOf({ ...connection, target: other })).rejects.toThrow(
    'retention policy not found: nope',
  );
});

test('another database of one server is another', async () => {
  const connection = connectionOf('VictoriaMetrics');
  const target = { api: 'v1', database: 'other"} or {db="psusage' } as const;
  expect((await fleetJsonOf({ ...connection, target })).users).toEqual([]);
});

function connectionOf(name: string): Connection {
  const connection = connections.get(name);
  if (connection === undefined) throw new Error(`no connection to ${name}`);
  return connection;
}
