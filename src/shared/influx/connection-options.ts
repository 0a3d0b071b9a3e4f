import { type Command, Option } from 'commander';
import type { ServerKind } from './connection.js';

/** What flags, environment and config file say about a server; an empty text counts as not given. */
export interface ConnectionOptions {
  server: ServerKind;
  url?: string | undefined;
  org?: string | undefined;
  bucket?: string | undefined;
  tokenFile?: string | undefined;
  database?: string | undefined;
  username?: string | undefined;
  passwordFile?: string | undefined;
}

const SERVER_KINDS: readonly ServerKind[] = ['influxdb', 'victoriametrics'];

/** For the help of a command that has these options. */
export const CONNECTION_HELP = `
InfluxDB 2, 3 and Cloud:
  --url https://influx.example.com --org my-org --bucket psusage
  --token-file /etc/psusage.token
InfluxDB 1.8, also with a retention policy; the token file holds user:pass:
  --url http://localhost:8086 --bucket psusage/autogen
  --token-file /etc/psusage.token
InfluxDB 1.x:
  --url http://localhost:8086 --database psusage
  --username foo --password-file /etc/psusage.password
VictoriaMetrics:
  --server victoriametrics --url http://localhost:8428

Tokens and passwords are never given on the command line, where everyone can
read them. Put them in a file that others can't read, or in PSUSAGE_INFLUX_TOKEN
or PSUSAGE_INFLUX_PASSWORD; the file wins. Without --url,
INFLUXDB_PSUSAGE_DSN=http://user:pass@host:8086 is used, with the database
psusage. In the config file the server options stand in the table [influx], for
all commands.`;

/** Adds the options for the server and its user. */
export function addConnectionOptions(command: Command): void {
  for (const option of connectionOptions()) command.addOption(option);
}

/** Options whose value is a text. */
const TEXTS = [
  ['--url <url>', 'address of the server, such as http://localhost:8086'],
  ['--org <name>', 'organisation of the bucket; InfluxDB 2 and Cloud'],
  ['--bucket <name>', 'bucket; for InfluxDB 1.8: database/retention-policy'],
  ['--token-file <file>', 'file with the token and nothing else'],
  ['--database <name>', 'database, instead of a bucket; InfluxDB 1.x'],
  ['--username <name>', 'user name; InfluxDB 1.x and VictoriaMetrics'],
  ['--password-file <file>', 'file with the password and nothing else'],
] as const;

/** The options themselves, without a command; in the environment each is `PSUSAGE_INFLUX_` and its name. */
export function connectionOptions(): Option[] {
  const server = new Option('--server <kind>', 'kind of server')
    .choices(SERVER_KINDS)
    .default('influxdb');
  const texts = TEXTS.map(([flags, description]) => new Option(flags, description));
  return [server, ...texts].map((option) =>
    option.env(`PSUSAGE_INFLUX_${option.name().replaceAll('-', '_').toUpperCase()}`),
  );
}
