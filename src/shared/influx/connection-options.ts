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
  --url https://influx.example.com --org my-org --bucket psusage --token-file /etc/psusage.token
InfluxDB 1.8, also with a retention policy; the token file holds user:pass:
  --url http://localhost:8086 --bucket psusage/autogen --token-file /etc/psusage.token
InfluxDB 1.x:
  --url http://localhost:8086 --database psusage --username foo --password-file /etc/psusage.password
VictoriaMetrics:
  --server victoriametrics --url http://localhost:8428

Tokens and passwords are never given on the command line, where everyone can read them. Put them in a
file that others can't read, or in PSUSAGE_INFLUX_TOKEN or PSUSAGE_INFLUX_PASSWORD; the file wins.
Without --url, INFLUXDB_PSUSAGE_DSN=http://user:pass@host:8086 is used, with the database psusage.
In the config file the server options stand in the table [influx], for all commands.`;

/** Adds the options for the server and its user. */
export function addConnectionOptions(command: Command): void {
  for (const option of connectionOptions()) command.addOption(option);
}

/** The options themselves, without a command. */
export function connectionOptions(): Option[] {
  return [
    new Option('--server <kind>', 'kind of server')
      .env('PSUSAGE_INFLUX_SERVER')
      .choices(SERVER_KINDS)
      .default('influxdb'),
    new Option('--url <url>', 'address of the server, such as http://localhost:8086').env(
      'PSUSAGE_INFLUX_URL',
    ),
    new Option('--org <name>', 'organisation of the bucket; InfluxDB 2 and Cloud').env(
      'PSUSAGE_INFLUX_ORG',
    ),
    new Option('--bucket <name>', 'bucket; for InfluxDB 1.8: database/retention-policy').env(
      'PSUSAGE_INFLUX_BUCKET',
    ),
    new Option('--token-file <file>', 'file with the token and nothing else').env(
      'PSUSAGE_INFLUX_TOKEN_FILE',
    ),
    new Option('--database <name>', 'database, instead of a bucket; InfluxDB 1.x').env(
      'PSUSAGE_INFLUX_DATABASE',
    ),
    new Option('--username <name>', 'user name; InfluxDB 1.x and VictoriaMetrics').env(
      'PSUSAGE_INFLUX_USERNAME',
    ),
    new Option('--password-file <file>', 'file with the password and nothing else').env(
      'PSUSAGE_INFLUX_PASSWORD_FILE',
    ),
  ];
}
