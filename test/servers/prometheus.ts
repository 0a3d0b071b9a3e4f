import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, ServerProcess } from './server-process.js';

/** A series as Prometheus answers it. */
interface PrometheusSeries {
  readonly labels: Record<string, string>;
  readonly value: number;
}

export interface PrometheusServer extends Pick<ServerProcess, 'url' | 'stop'> {
  /** The answer of now. @throws Error with what the server says if it refuses */
  query: (promql: string) => Promise<PrometheusSeries[]>;
}

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: {
      readonly metric: Record<string, string>;
      readonly value: [number, string];
    }[];
  };
}

/** Starts the real node_exporter, with the collector of text files alone. */
export function startNodeExporter(folder: string): Promise<ServerProcess> {
  const program: Program = {
    command: { name: 'prometheus-node-exporter', debianPackage: 'prometheus-node-exporter' },
    ready: { path: '/metrics', status: 200 },
    args: (address) => [
      `--web.listen-address=${address}`,
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ],
  };
  return ServerProcess.start(program);
}

/** Starts the real Prometheus, which scrapes it each second. */
export async function startPrometheus({ url }: { url: string }): Promise<PrometheusServer> {
  const server = await ServerProcess.start({
    command: { name: 'prometheus', debianPackage: 'prometheus' },
    ready: { path: '/-/ready', status: 200 },
    args: (address, folder) => {
      const config = join(folder, 'prometheus.yml');
      const targets = [{ targets: [new URL(url).host] }];
      const scrape_configs = [{ job_name: 'node', scrape_interval: '1s', static_configs: targets }];
      // JSON is YAML.
      writeFileSync(config, JSON.stringify({ scrape_configs }));
      return [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ];
    },
  });
  return { url: server.url, stop: () => server.stop(), query: (promql) => ask(server.url, promql) };
}

async function ask(url: string, promql: string): Promise<PrometheusSeries[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const { error, data } = (await response.json()) as Answer;
  if (data === undefined) throw new Error(`Prometheus refuses ${promql}: ${error ?? ''}`);
  return data.result.map(({ metric, value: [, value] }) => ({
    labels: metric,
    value: Number(value),
  }));
}
