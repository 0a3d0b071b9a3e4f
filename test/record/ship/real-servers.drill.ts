import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { between, seededRandom } from '../../random.js';
import type { Connection } from '../../../src/shared/influx/connection.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { someRecords } from '../../builders/some-records.js';
import { startCli } from '../../cli.js';
import { startFaultyServer } from '../../servers/faulty.js';
import { type InfluxdbServer, startInfluxdb } from '../../servers/influxdb.js';
import { startVictoriaMetrics } from '../../servers/victoria-metrics.js';
import { record } from './journal-to-ship.js';
import { counts, shipOnce, v1 } from './shipped.js';

const RECORDS = 20_000;
const USERS = 50;
const DAY_MS = 86_400_000;

/** Who is killed with -9, and when. */
const DEATHS = [
  'influxd while it stores',
  'psusage before the server hears of it',
  'psusage between acknowledgement and mark',
  'psusage at any moment',
] as const;

const DEATHS_OF_EACH = {
  'influxd while it stores': 10,
  'psusage before the server hears of it': 6,
  'psusage between acknowledgement and mark': 8,
  'psusage at any moment': 6,
};

let journal: JournalBuilder;
let records: TestRecord[];

function makeJournal(count: number, users = USERS): void {
  records = someRecords({ count, users, seed: 42 });
  journal = new JournalBuilder();
  insertRecords(journal.db, records);
}

afterEach(() => {
  journal.remove();
});

/** Sums in ms by a key of the record. */
function sumsBy(key: (record: TestRecord) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const each of records) sums.set(key(each), (sums.get(key(each)) ?? 0) + each.cpuMs);
  return sums;
}

/** The day of UTC in which a slice was spent, though it may end at midnight. */
const dayOf = ({ toMs }: TestRecord) => Math.floor((toMs - 1) / DAY_MS) * DAY_MS;

const toMs = (seconds: unknown) => Math.round(Number(seconds) * 1_000);

async function expectAllIn(influxd: InfluxdbServer): Promise<void> {
  const query = (q: string) => influxd.query(q, 'psusage');
  expect(await query('SELECT count(pid) AS points FROM cpu_credit')).toMatchObject([
    { points: records.length },
  ]);
  const users = await query('SELECT sum(cpu_seconds) AS cpu FROM cpu_credit GROUP BY "user"');
  const byUser = new Map(users.map(({ user, cpu }) => [user, toMs(cpu)]));
  expect(byUser).toEqual(sumsBy(({ user }) => user));
  const [first = 0, last = 0] = [Math.min, Math.max].map((of) =>
    of(...new Set(records.map(dayOf))),
  );
  const days = await query(
    `SELECT sum(cpu_seconds) AS cpu FROM cpu_credit
     WHERE time >= ${first}ms AND time < ${last + DAY_MS}ms GROUP BY time(1d)`,
  );
  const byDay = new Map(days.map(({ time, cpu }) => [String(time), toMs(cpu)]));
  expect(byDay).toEqual(sumsBy((each) => String(dayOf(each))));
}

describe('a real InfluxDB', () => {
  let influxd: InfluxdbServer;
  beforeEach(async () => {
    influxd = await startInfluxdb();
    await influxd.createDatabase('psusage');
    return () => influxd.stop();
  });

  it('has 20,000 records of 50 users as 20,000 points, each in its own day, also when sent again from scratch', async () => {
    makeJournal(RECORDS);
    const sent = 'sent 20,000 records, 0 left, 0 set aside';
    expect(counts(await shipOnce(journal.path, v1(influxd.url)))).toBe(sent);
    await expectAllIn(influxd);
    const again = { resend: { kind: 'everything' } } as const;
    expect(counts(await shipOnce(journal.path, v1(influxd.url), again))).toBe(sent);
    await expectAllIn(influxd);
  });

  it(
    'has each record once after it was killed ten times and psusage twenty times',
    { timeout: 120_000 },
    async () => {
      makeJournal(RECORDS);
      const random = seededRandom(7);
      let requests = 0;
      let dies: (typeof DEATHS)[number] | 'nobody' = 'nobody';
      let victim: ReturnType<typeof startCli> | undefined;
      // Everything passes through here, where it is known what has arrived and what has not.
      const proxy = await startFaultyServer(async ({ path, lines }) => {
        requests -= 1;
        const isTime = requests === 0;
        if (isTime && dies === 'psusage before the server hears of it') return kill();
        if (isTime && dies === 'influxd while it stores') {
          setTimeout(() => void influxd.kill(), between(random, 0, 4));
        }
        const status = await fetch(influxd.url + path, { method: 'POST', body: lines.join('\n') })
          .then((answer) => answer.status)
          .catch(() => 503);
        if (isTime && dies === 'psusage between acknowledgement and mark') return kill();
        if (isTime && dies === 'psusage at any moment') setTimeout(kill, between(random, 0, 12));
        return { status };
      });
      const kill = () => {
        victim?.child.kill('SIGKILL');
        return 'reset' as const;
      };
      const ended: Record<string, number> = {};
      for (const death of [...DEATHS, 'nobody'] as const) {
        for (let times = 0; times < (death === 'nobody' ? 1 : DEATHS_OF_EACH[death]); times += 1) {
          [dies, requests] = [death, between(random, 1, 3)];
          victim = startCli([
            ...['ship', '--journal', journal.path, '--config', '/dev/null', '--batch', '150'],
            ...['--url', proxy.url, '--database', 'psusage'],
          ]);
          const how = `${death}: ${await victim.ended}`;
          ended[how] = (ended[how] ?? 0) + 1;
          if (death === 'influxd while it stores') await influxd.restart();
        }
      }
      await proxy.stop();
      expect(ended['nobody: 0']).toBe(1);
      const kills = Object.entries(ended).filter(([how]) => how.endsWith('SIGKILL'));
      expect(kills.reduce((sum, [, times]) => sum + times, 0)).toBe(20);
      await expectAllIn(influxd);
    },
  );

  it('keeps the good ones of 300 records when one is too old for its retention policy', async () => {
    await influxd.query('CREATE DATABASE "short" WITH DURATION 7d');
    const nowMs = Math.floor(Date.now() / 900_000) * 900_000;
    journal = new JournalBuilder();
    const recent = { fromMs: nowMs - 10_000, toMs: nowMs };
    insertRecords(
      journal.db,
      Array.from({ length: 300 }, (_, at) =>
        record({ pid: at + 1, ...(at === 216 ? {} : recent) }),
      ),
    );
    const run = await shipOnce(journal.path, v1(influxd.url, 'short'));
    expect(counts(run)).toBe('sent 299 records, 0 left, 1 set aside');
    const words = journal.db.prepare('SELECT words FROM refusal').pluck().get();
    expect(words).toMatch(/^400 Bad Request: partial write: points beyond retention policy/);
    const rows = await influxd.query('SELECT count(pid) AS points FROM cpu_credit', 'short');
    expect(rows).toMatchObject([{ points: 299 }]);
  });

  it.each([
    ['with words about points', 'partial write: points beyond retention policy dropped=1', 0],
    ['without a word, once it has done so for an hour', 'internal error', 60],
  ])(
    'has all records but those for which a front answers 500 %s, and those too when they are sent again',
    async (_, error, minutes) => {
      makeJournal(2_000);
      const oldest = [...records].sort((a, b) => a.toMs - b.toMs).slice(0, 20);
      const oldUntilMs = oldest.at(-1)?.toMs ?? 0;
      const old = records.filter((each) => each.toMs <= oldUntilMs);
      const timeOf = (line: string) => Number(line.slice(line.lastIndexOf(' ') + 1));
      let takesOld = false;
      const front = await startFaultyServer(async ({ path, lines }) => {
        const isOld = lines.some((line) => timeOf(line) < oldUntilMs);
        if (isOld && !takesOld) return { status: 500, body: JSON.stringify({ error }) };
        const body = lines.join('\n');
        return { status: (await fetch(influxd.url + path, { method: 'POST', body })).status };
      });
      const points = async () => {
        const query = 'SELECT count(pid) AS points FROM cpu_credit';
        return (await influxd.query(query, 'psusage'))[0]?.['points'] ?? 0;
      };
      const startMs = Date.now();
      const shipAt = (minute: number) =>
        shipOnce(journal.path, v1(front.url), { nowMs: () => startMs + minute * 60_000 });
      for (let minute = 0; minute < minutes; minute += 1) {
        expect(counts(await shipAt(minute))).toMatch(/^sent 0 records, /);
      }
      const past = await shipAt(minutes);
      const sent = records.length - old.length;
      expect(counts(past)).toBe(
        `sent ${sent.toLocaleString('en')} records, 0 left, ${old.length} set aside`,
      );
      expect(await points()).toBe(sent);
      expect(counts(await shipAt(minutes + 1))).toBe('sent 0 records, 0 left, 0 set aside');
      takesOld = true;
      await shipOnce(journal.path, v1(front.url), { retryRefused: true });
      await front.stop();
      await expectAllIn(influxd);
    },
  );

  it('has what was sent by the path of InfluxDB 2, its bad lines named as InfluxDB 3 does', async () => {
    makeJournal(2_000);
    const badPids = new Set([7, 77, 777].map((at) => records[at]?.pid));
    const isBad = (line: string) => badPids.has(Number(/,pid=(\d+)i,/.exec(line)?.[1]));
    const front = await startFaultyServer(async ({ path, headers, lines }) => {
      const url = new URL(path, influxd.url);
      const { org, bucket = '', precision = '' } = Object.fromEntries(url.searchParams);
      if (headers.authorization !== 'Token s3cret') return { status: 401 };
      if (url.pathname !== '/api/v2/write' || org !== 'web') return { status: 404 };
      const [db = '', rp = ''] = bucket.split('/');
      const target = `${influxd.url}/write?${new URLSearchParams({ db, rp, precision }).toString()}`;
      const body = lines.filter((line) => !isBad(line)).join('\n');
      const { status } = await fetch(target, { method: 'POST', body });
      const data = lines.flatMap((line, at) =>
        isBad(line)
          ? [{ original_line: line, line_number: at + 1, error_message: 'not this pid' }]
          : [],
      );
      if (data.length === 0) return { status };
      return {
        status: 400,
        // Of another type the client keeps no more than 1,000 bytes.
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: 'partial write of line protocol occurred', data }),
      };
    });
    const target = { api: 'v2', org: 'web', bucket: 'psusage/autogen' } as const;
    const token = { authorization: 'Token s3cret', secrets: ['s3cret'] };
    const run = await shipOnce(journal.path, {
      server: 'influxdb',
      url: front.url,
      target,
      ...token,
    });
    const bad = records.filter(({ pid }) => badPids.has(pid));
    await front.stop();
    records = records.filter((each) => !bad.includes(each));
    expect(counts(run)).toBe(
      `sent ${records.length.toLocaleString('en')} records, 0 left, ${bad.length} set aside`,
    );
    expect(front.requests.map(({ lines }) => lines.length)).toEqual([
      1_000,
      1_000 - bad.length,
      1_000,
    ]);
    const words = journal.db.prepare('SELECT DISTINCT words FROM refusal').pluck().all();
    expect(words).toEqual(['400 Bad Request: not this pid']);
    await expectAllIn(influxd);
  });

  it('arrives with names that want to be tags, quotes and lines of their own', async () => {
    const names = [
      'a b,c=d',
      'e"f',
      "g'h",
      'i\\',
      '\\n',
      'žiga 山田 😀',
      'x\ny',
      'host=evil',
      ' ',
      '#no',
    ];
    journal = new JournalBuilder();
    insertRecords(
      journal.db,
      names.map((user, at) =>
        record({ pid: at + 1, uid: 2_000 + at, user, program: user, command: user }),
      ),
    );
    expect(counts(await shipOnce(journal.path, v1(influxd.url)))).toContain('sent 10 records');
    const rows = await influxd.query('SELECT * FROM cpu_credit', 'psusage');
    expect(new Set(rows.map(({ user }) => user))).toEqual(
      new Set([
        'a b,c=d',
        'e"f',
        "g'h",
        'i/',
        '/n',
        'žiga 山田 😀',
        'x\u{fffd}y',
        'host=evil',
        '(none)',
        '#no',
      ]),
    );
    expect(new Set(rows.map(({ command }) => command))).toEqual(
      new Set(names.map((name) => name.replace('\n', '\u{fffd}'))),
    );
    expect(new Set(rows.flatMap((row) => Object.keys(row)))).toEqual(
      new Set([
        ...['time', 'host', 'program', 'user', 'command', 'cpu_percent', 'cpu_seconds', 'credits'],
        ...['duration_seconds', 'ended', 'pid', 'unseen'],
      ]),
    );
  });
});

it('sends smaller requests to an InfluxDB whose limit they are over', async () => {
  makeJournal(2_000);
  const influxd = await startInfluxdb({ maxBodySize: 50_000 });
  await influxd.createDatabase('psusage');
  const run = await shipOnce(journal.path, v1(influxd.url));
  expect(counts(run)).toBe('sent 2,000 records, 0 left, 0 set aside');
  await expectAllIn(influxd);
  await influxd.stop();
});

it('brings 20,000 records to a real VictoriaMetrics, each once, also when sent again', async () => {
  makeJournal(RECORDS);
  const metrics = await startVictoriaMetrics();
  const connection: Connection = {
    ...{ server: 'victoriametrics', url: metrics.url, target: { api: 'bare' } },
    ...{ authorization: undefined, secrets: [] },
  };
  const latestMs = Math.max(...records.map((each) => each.toMs));
  const fromSeconds = Math.min(...records.map((each) => each.fromMs)) / 1_000;
  const atSeconds = latestMs / 1_000;
  const overAll = `[${Math.ceil(atSeconds - fromSeconds) + 1}s]`;
  for (const resend of [undefined, { kind: 'everything' }] as const) {
    const run = await shipOnce(journal.path, connection, { resend });
    expect(counts(run)).toBe('sent 20,000 records, 0 left, 0 set aside');
    const points = await metrics.query(
      `sum(count_over_time(cpu_credit_cpu_seconds${overAll}))`,
      atSeconds,
    );
    expect(points).toMatchObject([{ value: RECORDS }]);
    const sums = await metrics.query(
      `sum by (user) (sum_over_time(cpu_credit_cpu_seconds${overAll}))`,
      atSeconds,
    );
    const byUser = new Map(sums.map(({ metric, value }) => [metric['user'], toMs(value)]));
    expect(byUser).toEqual(sumsBy(({ user }) => user));
  }
  await metrics.stop();
});
