import { afterEach, describe, expect, test } from 'vitest';
import { type InfluxdbServer, startInfluxdb } from './influxdb.js';

const AT_MS = Date.UTC(2026, 2, 29, 9);
const LINE = `cpu_credit,user=foo\\ com cpu_seconds=1.5,ended=true,pid=12i ${AT_MS}`;
const READ = 'SELECT cpu_seconds, ended, pid, "user" FROM cpu_credit';
const ROW = { time: AT_MS, cpu_seconds: 1.5, ended: true, pid: 12, user: 'foo com' };

let server: InfluxdbServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function started(options: Parameters<typeof startInfluxdb>[0] = {}): Promise<InfluxdbServer> {
  server = await startInfluxdb(options);
  await server.createDatabase('psusage');
  return server;
}

async function write(to: InfluxdbServer, body: string, headers = {}): Promise<number> {
  const path = '/write?db=psusage&precision=ms';
  const response = await fetch(`${to.url}${path}`, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}

describe('a real InfluxDB', () => {
  test('gives back what was written', async () => {
    const influxdb = await started();
    expect(await write(influxdb, LINE)).toBe(204);
    expect(await influxdb.query(READ, 'psusage')).toEqual([ROW]);
    expect(
      await influxdb.query('SELECT count(pid) FROM cpu_credit GROUP BY "user"', 'psusage'),
    ).toEqual([{ time: 0, count: 1, user: 'foo com' }]);
  });

  test('keeps what it acknowledged when it is killed', async () => {
    const influxdb = await started();
    await write(influxdb, LINE);
    await influxdb.kill();
    await expect(write(influxdb, LINE)).rejects.toThrow('fetch failed');
    await influxdb.restart();
    expect(await influxdb.query(READ, 'psusage')).toEqual([ROW]);
  });

  test('lets in only who has the password, also after it was started again', async () => {
    const auth = { username: 'admin', password: "it's a \\ secret" };
    const influxdb = await started({ auth });
    await influxdb.restart();
    const authorization = `Basic ${Buffer.from(`admin:${auth.password}`).toString('base64')}`;
    expect(await write(influxdb, LINE)).toBe(401);
    expect(await write(influxdb, LINE, { authorization })).toBe(204);
    expect(await influxdb.query(READ, 'psusage')).toEqual([ROW]);
  });

  test('refuses a body above its size', async () => {
    const influxdb = await started({ maxBodySize: 1_000 });
    expect(await write(influxdb, `${LINE}\n`.repeat(20))).toBe(413);
  });

  test('says what is wrong with a query', async () => {
    const influxdb = await started();
    await expect(influxdb.query('SELECT nothing')).rejects.toThrow(
      'influxd refuses SELECT nothing: ',
    );
  });

  test('shows its log where it does not get ready', async () => {
    const bad = startInfluxdb({ maxBodySize: Number.NaN });
    await expect(bad).rejects.toThrow(/^influxd ended instead of getting ready; its log ends:\n.+/);
  });

  test('is not found where it is not installed, and the package is named', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(startInfluxdb()).rejects.toThrow('apt-get install influxdb');
    } finally {
      process.env['PATH'] = path;
    }
  });
});
