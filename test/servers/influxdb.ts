import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_ADDRESS } from './loopback.js';
import { type Program, ServerProcess } from './server-process.js';

export interface InfluxdbOptions {
  /** The administrator; without one anybody may do anything. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** In bytes; a larger one is answered with 413. */
  readonly maxBodySize?: number;
  /** Where its data are and stay; without it they are temporary. */
  readonly folder?: string;
}

/** A row as InfluxQL answers it: its columns and the tags it is grouped by; `time` in ms since 1970. */
type InfluxdbRow = Record<string, string | number | boolean | null>;

export interface InfluxdbServer extends Pick<ServerProcess, 'url' | 'kill' | 'restart' | 'stop'> {
  /** Asks as the administrator. @throws Error with what the server says if it refuses */
  query: (q: string, database?: string) => Promise<InfluxdbRow[]>;
  createDatabase: (name: string) => Promise<void>;
}

interface Series {
  readonly tags?: Record<string, string>;
  readonly columns: string[];
  readonly values?: InfluxdbRow[string][][];
}

interface Answer {
  readonly error?: string;
  readonly results?: { readonly error?: string; readonly series?: Series[] }[];
}

/** Starts the real influxd of the 1.x line. */
export async function startInfluxdb(options: InfluxdbOptions = {}): Promise<InfluxdbServer> {
  const { auth } = options;
  const server = await ServerProcess.start(influxd(options), options.folder);
  const query: InfluxdbServer['query'] = (q, database) => ask(server.url, q, database, auth);
  if (auth !== undefined) await query(createAdministrator(auth));
  return {
    url: server.url,
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
    query,
    createDatabase: async (name) => {
      await query(`CREATE DATABASE ${quoted(name)}`);
    },
  };
}

function influxd(options: InfluxdbOptions): Program {
  return {
    command: { name: 'influxd', debianPackage: 'influxdb' },
    ready: { path: '/ping', status: 204 },
    args: (address, folder) => {
      const config = join(folder, 'influxdb.conf');
      writeFileSync(config, configOf(address, folder, options));
      return ['run', '-config', config];
    },
  };
}

/** Debian turned `reporting-disabled` into `reporting-enabled`; each ignores the other's. */
function configOf(address: string, folder: string, { auth, maxBodySize }: InfluxdbOptions): string {
  return `
reporting-disabled = true
reporting-enabled = false
bind-address = "${OWN_ADDRESS}:0"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[subscriber]
enabled = false
[continuous_queries]
enabled = false
[http]
bind-address = "${address}"
auth-enabled = ${String(auth !== undefined)}
log-enabled = false
${maxBodySize === undefined ? '' : `max-body-size = ${maxBodySize}`}
`;
}

async function ask(
  url: string,
  q: string,
  database: string | undefined,
  auth: InfluxdbOptions['auth'],
): Promise<InfluxdbRow[]> {
  const where = database === undefined ? '' : `&db=${encodeURIComponent(database)}`;
  const response = await fetch(`${url}/query?epoch=ms${where}`, {
    method: 'POST',
    headers: auth === undefined ? {} : { authorization: basic(auth) },
    body: new URLSearchParams({ q }),
  });
  const answer = (await response.json()) as Answer;
  const results = answer.results ?? [];
  const error = answer.error ?? results.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new Error(`influxd refuses ${q}: ${error}`);
  return results.flatMap(({ series }) => (series ?? []).flatMap(rowsOf));
}

function rowsOf({ tags, columns, values }: Series): InfluxdbRow[] {
  return (values ?? []).map((row) => ({
    ...tags,
    ...Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
  }));
}

function createAdministrator(auth: NonNullable<InfluxdbOptions['auth']>): string {
  const password = auth.password.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `CREATE USER ${quoted(auth.username)} WITH PASSWORD '${password}' WITH ALL PRIVILEGES`;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function basic({ username, password }: NonNullable<InfluxdbOptions['auth']>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
