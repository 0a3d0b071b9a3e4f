import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JournalBuilder } from '../../builders/journal.js';
import { type InfluxdbServer, startInfluxdb } from '../../servers/influxdb.js';
import { journalOf, record } from './journal-to-ship.js';
import { PASSWORD, secretFile, ship as shipJournal } from './ship-command.js';

let influxd: InfluxdbServer;
beforeAll(async () => {
  influxd = await startInfluxdb({ auth: { username: 'admin', password: PASSWORD } });
  await influxd.createDatabase('psusage');
});
afterAll(async () => {
  await influxd.stop();
});

let journal: JournalBuilder;
beforeEach(() => {
  journal = journalOf([
    record({ pid: 1 }),
    record({ pid: 2, user: 'bar_org', uid: 1_002 }),
  ]).close();
  return () => {
    journal.remove();
  };
});

const ship = (args: string[], env: Record<string, string> = {}) => shipJournal(journal, args, env);
const to = (database: string) => ['--url', influxd.url, '--database', database];
const as = (file: string) => ['--username', 'admin', '--password-file', file];

it('ships to a server that asks for a password, and says so on stdout alone', async () => {
  const { code, stdout, stderr } = await ship([
    ...to('psusage'),
    ...as(secretFile(`${PASSWORD}\n`)),
  ]);
  expect(stdout).toMatch(/^sent 2 records, 0 left, 0 set aside, in \d+\.\d s\n$/);
  expect(stderr).toContain('first shipment from this journal');
  expect(code).toBe(0);
  const rows = await influxd.query('SELECT count(pid) FROM cpu_credit', 'psusage');
  expect(rows).toMatchObject([{ count: 2 }]);
});

it('ships where the environment of the older tool says', async () => {
  const dsn = influxd.url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`);
  expect(await ship([], { INFLUXDB_PSUSAGE_DSN: dsn })).toMatchObject({ code: 0 });
});

it.each([
  [
    'a wrong password',
    () => [...to('psusage'), ...as(secretFile('wrong'))],
    /authorization failed/,
  ],
  [
    'a wrong database',
    () => [...to('nope'), ...as(secretFile(PASSWORD))],
    /database not found: "nope"/,
  ],
])('ends with 1 for %s, says why, and keeps everything', async (_, args, why) => {
  const { code, stdout, stderr } = await ship(args());
  expect(code).toBe(1);
  expect(stdout).toMatch(/^sent 0 records, 2 left, 0 set aside/);
  expect(stderr).toMatch(why);
  expect(stderr).toContain('hint: ');
  expect(stderr).not.toMatch(/correct horse|wrong$|\bat .*\.js/m);
});
