import type { DayQuery } from '../../src/report/make-day.js';
import { connectionTo } from '../builders/connection.js';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { named } from '../builders/asked.js';
import { jsonOf, type JsonReport } from '../builders/report.js';
import { shipAll } from '../builders/ship.js';
import { generateJournal } from '../journals/generate.js';
import { type InfluxdbServer, startInfluxdb } from '../servers/influxdb.js';
import { startVictoriaMetrics, type VictoriaMetricsServer } from '../servers/victoria-metrics.js';
import { temporaryFolder } from '../temporary-folder.js';

/** What a query answers, by whom and from when it is of: CPU time in ms, unless the test takes something else. */
export type Figures = Record<string, number>;

/** A name that means something in regular expressions, and in the texts that hold them. */
export const HOSTILE = 'a.b+c/d (e)';

/** The recorder of the second host stopped in the evening before the last day but one. */
const HOSTS = [
  { host: 'web1', toMs: Date.parse('2026-11-26T00:00:00Z'), days: 17 },
  { host: 'web.2', toMs: Date.parse('2026-11-24T18:00:00Z'), days: 16 },
];

interface Host {
  readonly host: string;
  readonly path: string;
}

/** Two hosts that have shipped to a real InfluxDB and a real VictoriaMetrics. */
export interface ShippedHosts {
  readonly hosts: readonly Host[];
  readonly influxdb: InfluxdbServer;
  readonly victoriaMetrics: VictoriaMetricsServer;
  stop: () => Promise<void>;
}

/** It takes some seconds. */
export async function shipHosts(): Promise<ShippedHosts> {
  const [influxdb, victoriaMetrics] = await Promise.all([startInfluxdb(), startVictoriaMetrics()]);
  await influxdb.createDatabase('psusage');
  const { url } = victoriaMetrics;
  const bare = { server: 'victoriametrics', target: { api: 'bare' } } as const;
  const hosts = HOSTS.map(makeHost);
  for (const journal of hosts) {
    await shipAll(journal, connectionTo(influxdb.url));
    await shipAll(journal, connectionTo(url, bare));
  }
  // From now on queries see all of it.
  await victoriaMetrics.query('1', 0);
  const stop = async () => {
    await Promise.all([influxdb.stop(), victoriaMetrics.stop()]);
  };
  return { hosts, influxdb, victoriaMetrics, stop };
}

function makeHost({ host, toMs, days }: (typeof HOSTS)[number], at: number): Host {
  const path = join(temporaryFolder(), `${host}.db`);
  generateJournal(path, { lifecycles: 1_500, days, toMs, seed: at + 1 });
  const db = new Database(path);
  db.prepare('UPDATE recorder_run SET host = ?').run(host);
  db.prepare("UPDATE user SET name = ? WHERE name = 'hotel_hr'").run(HOSTILE);
  db.close();
  return { host, path };
}

export function addTo(figures: Figures, key: string, amount: number): void {
  const sum = (figures[key] ?? 0) + Math.round(amount);
  if (sum !== 0) figures[key] = sum;
}

/** After all that is queried. */
const NOW_MS = Date.parse('2026-11-27T00:00:00Z');

/** What `psusage report --format json` says of a host. */
export async function reportOf({ path }: Host, fields: Partial<DayQuery>): Promise<JsonReport> {
  return jsonOf({ path }, { timeZone: 'UTC', ...fields }, NOW_MS);
}

/** The programs of some users together, or of all. */
export async function programsOf(
  host: Host,
  users: readonly string[] | undefined,
  fields: Partial<DayQuery>,
): Promise<Figures> {
  const figures: Figures = {};
  for (const user of users ?? [undefined]) {
    const filter = user === undefined ? undefined : named(user);
    const { programs = [] } = await reportOf(host, { ...fields, by: 'program', user: filter });
    for (const { program = '', cpuSeconds } of programs) {
      addTo(figures, program, cpuSeconds * 1_000);
    }
  }
  return figures;
}
