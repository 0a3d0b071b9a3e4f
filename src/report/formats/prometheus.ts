import { sanitize } from '../../shared/sanitize.js';

/** A metric of Prometheus, with all its series. */
export interface Metric {
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  series: readonly Series[];
}

interface Series {
  /** By their names, which are ours; the values may be anything. */
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/**
 * Metrics in the text format that node_exporter's textfile collector reads; those without series are left out.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toPrometheus(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ series }) => series.length > 0)
    .flatMap(({ name, type, help, series }) => [
      `# HELP ${name} ${help}\n`,
      `# TYPE ${name} ${type}\n`,
      ...[...sumByLabels(series)].map(([labels, value]) => `${name}${labels} ${value}\n`),
    ])
    .join('');
}

/** Names that look the same once they do no harm are one series: of two, node_exporter takes no line of the file. */
function sumByLabels(series: readonly Series[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { labels = {}, value } of series) {
    const key = formatLabels(labels);
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${sanitize(value).replace(/["\\]/g, String.raw`\$&`)}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
