import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/shared/influx/connection.js';
import { connectionTo } from '../../builders/connection.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { shipAll } from '../../builders/ship.js';
import { someRecords } from '../../builders/some-records.js';
import { startCli } from '../../cli.js';
import { type InfluxdbServer, startInfluxdb } from '../../servers/influxdb.js';
import { temporaryFolder } from '../../temporary-folder.js';

const AUTH = { username: 'admin', password: 's3cr3t' };
const DAY = ['--day', '2026-03-29', '--tz', 'UTC'];

let influxdb: InfluxdbServer;
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  influxdb = await startInfluxdb({ auth: AUTH });
  await influxdb.createDatabase('psusage');
  const journal = new JournalBuilder();
  insertRecords(journal.db, someRecords({ count: 300, users: 3, seed: 1 }));
  await shipAll(journal, connection());
  journal.remove();
});
afterAll(async () => {
  await influxdb.stop();
});

function connection(): Connection {
  const authorization = `Basic ${Buffer.from('admin:s3cr3t').toString('base64')}`;
  return connectionTo(influxdb.url, { authorization });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** With a journal that is not there: nobody may look for it. */
async function report(args: string[], env: Record<string, string> = {}) {
  const run = startCli(['report', '--journal', '/nowhere/psusage.db', ...DAY, ...args], {
    PSUSAGE_CONFIG: '/dev/null',
    PSUSAGE_SOURCE: 'influx',
    PSUSAGE_INFLUX_URL: influxdb.url,
    PSUSAGE_INFLUX_DATABASE: 'psusage',
    PSUSAGE_INFLUX_USERNAME: 'admin',
    PSUSAGE_INFLUX_PASSWORD: AUTH.password,
    ...env,
  });
  const status = await run.ended;
  return { status, stdout: run.stdout(), stderr: run.stderr() };
}

describe('psusage report --source influx', () => {
  it('prints what was received, and nothing to stderr', async () => {
    const { status, stdout, stderr } = await report([]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^web1 · Sun 29 Mar 2026 · UTC$/m);
    expect(stdout).toMatch(/^site01 +\d/m);
    expect(stdout).toContain(`from ${influxdb.url} database psusage: what it has received`);
  });

  it.each([['json'], ['csv'], ['table']])('prints %s with --verbose too', async (format) => {
    const args = [
      '--format',
      format,
      '--verbose',
      '--top',
      '1',
      '--sort',
      'short-lived',
      '--by',
      'user',
    ];
    const { status, stdout, stderr } = await report(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('site');
  });

  it('takes source and server from the config file, where ship finds the server too', async () => {
    const password = file('password', `${AUTH.password}\n`);
    const config = file(
      'psusage.toml',
      `[report]\nsource = "influx"\n[influx]\nurl = "${influxdb.url}"\ndatabase = "psusage"\n` +
        `username = "admin"\npassword-file = "${password}"\n`,
    );
    const run = startCli(['report', '--config', config, ...DAY, '--by', 'host', '--format', 'csv']);
    expect(await run.ended, run.stderr()).toBe(0);
    expect(run.stdout()).toMatch(/^web1,2026-03-29T00:00:00\+00:00,/m);
  });

  it('exits with 1 for a database that is not there, and says so', async () => {
    const { status, stdout, stderr } = await report(['--database', 'nope']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`psusage: ${influxdb.url} database nope: database not found: nope\n`);
    expect(stderr).toMatch(/^hint: Name an existing one/m);
  });

  it('exits with 1 for a wrong password, and does not show it', async () => {
    const env = { PSUSAGE_INFLUX_PASSWORD: 'a-wr0ng-one' };
    const { status, stdout, stderr } = await report([], env);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('401 Unauthorized: authorization failed');
    expect(stderr).toContain('hint: Check the token, or the user name and password');
    expect(stderr).not.toContain('a-wr0ng-one');
  });

  it('exits with 1 where the server is of another kind', async () => {
    const { status, stderr } = await report(['--server', 'victoriametrics']);
    expect(status).toBe(1);
    expect(stderr).toContain('404');
    expect(stderr).toContain('hint: Check --server: is it influxdb or victoriametrics?');
  });
});
