import { execFile } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { InfluxdbServer } from '../../test/servers/influxdb.js';
import type { Measured } from './measured.js';

const run = promisify(execFile);
const pathOf = (script: string) => fileURLToPath(new URL(script, import.meta.url));

/** What the client alone took, in both ways, and what shipping did. */
export interface Turn {
  readonly atOnce: Measured;
  readonly oneByOne: Measured;
  readonly shipped: Measured;
}

/** Each writes the same lines into an empty database, one after the other. */
export async function takeTurn(
  influxd: InfluxdbServer,
  journal: string,
  linesFile: string,
): Promise<Turn> {
  const client = (how: string) =>
    inEmptyDatabase(influxd, (name) =>
      measure('write-records.ts', [linesFile, influxd.url, name, how]),
    );
  const copy = `${journal}-copy`;
  await copyFile(journal, copy);
  const turn = {
    atOnce: await client('at-once'),
    oneByOne: await client('one-by-one'),
    shipped: await inEmptyDatabase(influxd, (name) =>
      measure('ship-once.ts', [copy, influxd.url, name]),
    ),
  };
  await rm(copy);
  return turn;
}

let made = 0;

async function inEmptyDatabase<T>(
  influxd: InfluxdbServer,
  work: (database: string) => Promise<T>,
): Promise<T> {
  const name = `bench${(made += 1)}`;
  await influxd.createDatabase(name);
  const result = await work(name);
  await influxd.query(`DROP DATABASE "${name}"`);
  return result;
}

async function measure(script: string, args: readonly string[]): Promise<Measured> {
  const { stdout } = await run('npx', ['tsx', pathOf(script), ...args]);
  return JSON.parse(stdout) as Measured;
}
