import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { addCommands } from '../../../src/program.js';
import {
  addConnectionOptions,
  CONNECTION_HELP,
  connectionOptions,
} from '../../../src/shared/influx/connection-options.js';
import { temporaryFolder } from '../../temporary-folder.js';

function optionsOf(args: string[], env: Record<string, string> = {}): Record<string, unknown> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addConnectionOptions(command);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    return command.parse(args, { from: 'user' }).opts();
  } finally {
    vi.unstubAllEnvs();
  }
}

test('it is InfluxDB unless something else is said', () => {
  expect(optionsOf([])).toEqual({ server: 'influxdb' });
});

test('each option has a variable of its name', () => {
  const env = {
    PSUSAGE_INFLUX_SERVER: 'victoriametrics',
    PSUSAGE_INFLUX_URL: 'http://db',
    PSUSAGE_INFLUX_ORG: 'a',
    PSUSAGE_INFLUX_BUCKET: 'b',
    PSUSAGE_INFLUX_TOKEN_FILE: '/token',
    PSUSAGE_INFLUX_DATABASE: 'c',
    PSUSAGE_INFLUX_USERNAME: 'd',
    PSUSAGE_INFLUX_PASSWORD_FILE: '/password',
  };
  expect(connectionOptions().map(({ envVar }) => envVar)).toEqual(Object.keys(env));
  expect(optionsOf([], env)).toEqual({
    server: 'victoriametrics',
    url: 'http://db',
    org: 'a',
    bucket: 'b',
    tokenFile: '/token',
    database: 'c',
    username: 'd',
    passwordFile: '/password',
  });
  expect(optionsOf(['--url', 'http://flag'], env)).toMatchObject({ url: 'http://flag' });
});

test('refuses a kind of server that it does not know', () => {
  expect(() => optionsOf(['--server', 'graphite'])).toThrow('influxdb, victoriametrics');
});

test.each([['--token'], ['--password']])('has no %s: everyone could read it', (flag) => {
  expect(() => optionsOf([flag, 's3cr3t'])).toThrow(`unknown option '${flag}'`);
});

test('each option that the help shows is there', () => {
  const flags = new Set(connectionOptions().map(({ long }) => long));
  const shown = CONNECTION_HELP.match(/--[a-z-]+/g) ?? [];
  expect(shown.length).toBeGreaterThan(10);
  for (const flag of shown) expect(flags).toContain(flag);
});

test('the config file has a table for them, whatever the command', async () => {
  const config = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(config, '[influx]\nserver = "victoriametrics"\ntoken = "s3cr3t"\n');
  const args = ['report', '--config', config];
  const program = new Command('psusage');
  await addCommands(program, args, () => new AbortController().signal);
  await expect(program.parseAsync(args, { from: 'user' })).rejects.toMatchObject({
    code: 'USAGE',
    message: `${config}: line 3: unknown key 'token' in [influx]`,
    hint: 'did you mean token-file?',
  });
});
