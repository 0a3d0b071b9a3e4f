import { join } from 'node:path';
import { type Program, ServerProcess } from './server-process.js';

/** A value of an instant query. */
interface InstantValue {
  readonly metric: Record<string, string>;
  readonly value: number;
}

/** All samples of a series; timestamps in ms since 1970. */
interface ExportedSeries {
  readonly metric: Record<string, string>;
  readonly values: number[];
  readonly timestamps: number[];
}

export interface VictoriaMetricsServer extends Pick<
  ServerProcess,
  'url' | 'kill' | 'restart' | 'stop'
> {
  /** What a PromQL query gives at a moment, in seconds since 1970; all that was acknowledged is in it. */
  query: (promql: string, timeSeconds: number) => Promise<InstantValue[]>;
  /** The series that match a selector, `{__name__=~"cpu_credit_.*"}`. */
  export: (match: string) => Promise<ExportedSeries[]>;
}

/** Sent again, a sample counts once; the moments of a query are as they are asked for. */
const FLAGS = [
  '-retentionPeriod=100y',
  '-search.latencyOffset=0s',
  '-dedup.minScrapeInterval=1ms',
] as const;

const PROGRAM: Program = {
  command: { name: 'victoria-metrics', debianPackage: 'victoria-metrics' },
  ready: { path: '/health', status: 200 },
  args: (address, folder) => [
    `-httpListenAddr=${address}`,
    `-storageDataPath=${join(folder, 'data')}`,
    ...FLAGS,
  ],
};

/**
 * Starts the real VictoriaMetrics. Killed, it loses what it acknowledged in the last seconds; restarted
 * while it runs, it loses nothing.
 *
 * @param folder where its data are and stay; without it they are temporary
 */
export async function startVictoriaMetrics(
  options: { readonly folder?: string } = {},
): Promise<VictoriaMetricsServer> {
  const server = await ServerProcess.start(PROGRAM, options.folder);
  const { url } = server;
  return {
    url,
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
    query: async (promql, timeSeconds) => {
      await makeVisible(url);
      const params = { query: promql, time: String(timeSeconds) };
      return valuesOf(await get(url, '/api/v1/query', params));
    },
    export: async (match) => {
      await makeVisible(url);
      return seriesOf(await get(url, '/api/v1/export', { 'match[]': match }));
    },
  };
}

/** What was acknowledged is found by queries about a second later, or after this. */
async function makeVisible(url: string): Promise<void> {
  await get(url, '/internal/force_flush', {});
}

async function get(url: string, path: string, params: Record<string, string>): Promise<string> {
  const response = await fetch(`${url}${path}?${new URLSearchParams(params).toString()}`);
  const body = await response.text();
  if (!response.ok)
    throw new Error(`victoria-metrics answers ${path} with ${response.status}: ${body}`);
  return body;
}

function valuesOf(body: string): InstantValue[] {
  const answer = JSON.parse(body) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return answer.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

/** One JSON object a line. */
function seriesOf(body: string): ExportedSeries[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportedSeries);
}
