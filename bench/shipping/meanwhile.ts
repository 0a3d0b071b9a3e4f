import Database from 'better-sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCli } from '../../test/cli.js';
import type { InfluxdbServer } from '../../test/servers/influxdb.js';

/** How long the recorder goes on before and after. */
const MARGIN_MS = 5_000;

/** What became of a recorder beside which everything was shipped. */
export interface Meanwhile {
  readonly ticks: number;
  readonly gaps: number;
  readonly shippedSeconds: number;
}

/** Records the whole host, each tenth of a second so that there is much to disturb, while a journal is shipped. */
export async function recordMeanwhile(
  influxd: InfluxdbServer,
  journal: string,
): Promise<Meanwhile> {
  await influxd.createDatabase('meanwhile');
  const intervalMs = 100;
  const recorder = startCli([
    ...['record', '--journal', journal, '--config', '/dev/null', '--interval', `${intervalMs}ms`],
  ]);
  await sleep(MARGIN_MS);
  const startedMs = performance.now();
  const ship = startCli([
    ...['ship', '--journal', journal, '--config', '/dev/null'],
    ...['--url', influxd.url, '--database', 'meanwhile'],
  ]);
  if ((await ship.ended) !== 0) throw new Error(ship.stderr());
  const shippedSeconds = (performance.now() - startedMs) / 1_000;
  await sleep(MARGIN_MS);
  recorder.child.kill('SIGTERM');
  if ((await recorder.ended) !== 0) throw new Error(recorder.stderr());
  const db = new Database(journal, { readonly: true });
  const last = 'SELECT max(run_id) FROM recorder_run';
  const gaps = db.prepare(`SELECT count(*) FROM gap WHERE run_id = (${last})`).pluck().get();
  const recordedMs = db
    .prepare(`SELECT last_tick_ms - started_ms FROM recorder_run WHERE run_id = (${last})`)
    .pluck()
    .get();
  db.close();
  return {
    ...{ gaps: Number(gaps), shippedSeconds },
    ticks: Math.round(Number(recordedMs) / intervalMs),
  };
}
