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

A token or a password is never given on the command line, where everyone can read it. It stands in a
file that others can't read, or in the environment: PSUSAGE_INFLUX_TOKEN, PSUSAGE_INFLUX_PASSWORD;
a file that is named counts for more. INFLUXDB_PSUSAGE_DSN=http://user:pass@host:8086 serves where
there is no --url; its database is psusage unless --database or --bucket says otherwise.
In the config file these options have a table of their own, for every command: [influx].`;

/** Adds the options for the server and its user. */
export function addConnectionOptions(command: Command): void {
  for (const option of connectionOptions()) command.addOption(option);
}

/** The options themselves, without a command. */
export function connectionOptions(): Option[] {
  return [
    new Option('--server <kind>', 'what kind of server it is')
      .env('PSUSAGE_INFLUX_SERVER')
      .choices(SERVER_KINDS)
      .default('influxdb'),
    new Option('--url <url>', 'the server, such as http://localhost:8086').env(
      'PSUSAGE_INFLUX_URL',
    ),
    new Option('--org <name>', 'the organisation whose bucket it is; InfluxDB 2 and Cloud').env(
      'PSUSAGE_INFLUX_ORG',
    ),
    new Option('--bucket <name>', 'the bucket; of InfluxDB 1.8: database/retention-policy').env(
      'PSUSAGE_INFLUX_BUCKET',
    ),
    new Option('--token-file <file>', 'a file that holds the token and nothing else').env(
      'PSUSAGE_INFLUX_TOKEN_FILE',
    ),
    new Option('--database <name>', 'the database of InfluxDB 1.x, in place of a bucket').env(
      'PSUSAGE_INFLUX_DATABASE',
    ),
    new Option('--username <name>', 'who asks; InfluxDB 1.x and VictoriaMetrics').env(
      'PSUSAGE_INFLUX_USERNAME',
    ),
    new Option('--password-file <file>', 'a file that holds the password and nothing else').env(
      'PSUSAGE_INFLUX_PASSWORD_FILE',
    ),
  ];
}
