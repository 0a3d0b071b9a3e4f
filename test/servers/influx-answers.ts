import { type FaultyServer, startFaultyServer } from './faulty.js';

/** What each value of a tag has spent, in CPU seconds. */
const SPENT: Record<string, Record<string, number>> = {
  user: {
    foo_com: 21_665.55,
    'a-customer-with-a-long-name_si': 93_450.12,
    '\u202eevil\u001b[31m': 61.25,
    quiet_net: 0,
  },
  program: { 'php-fpm': 115_115.67, '=1+1': 61.25 },
  host: { web1: 93_450.12, web2: 21_665.55, 'db "3", a=b': 61.25 },
};
const UNSEEN: Record<string, Record<string, number>> = {
  user: { foo_com: 63.1 },
  program: { 'php-fpm': 63.1 },
  host: { web2: 63.1 },
};
const NOTHING_BEFORE_MS = Date.parse('2026-03-20T00:00:00Z');

/** An InfluxDB and a VictoriaMetrics that always know the same; of days before 20 March nothing. */
export async function startInfluxAnswers(): Promise<FaultyServer> {
  return startFaultyServer(({ path }) => {
    const params = new URL(path, 'http://localhost').searchParams;
    const isMetricsql = params.has('query');
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(isMetricsql ? metricsqlAnswer(params) : influxqlAnswer(params)),
    };
  });
}

function influxqlAnswer(params: URLSearchParams): object {
  const statement = params.get('q') ?? '';
  const fromMs = Number(/time >= (\d+)ms/.exec(statement)?.[1]);
  const stepMs = Number(/time\((\d+)ms/.exec(statement)?.[1] ?? 0);
  const [, tag = ''] = /"(user|program|host)" fill/.exec(statement) ?? [];
  const sums = (statement.includes('"unseen" = true') ? UNSEEN : SPENT)[tag] ?? {};
  const series = Object.entries(fromMs < NOTHING_BEFORE_MS ? {} : sums).map(([name, seconds]) => ({
    name: 'cpu_credit',
    tags: { [tag]: name },
    columns: ['time', 'sum'],
    values: valuesOf(fromMs, stepMs, seconds),
  }));
  return { results: [series.length === 0 ? {} : { series }] };
}

/** By the hour a quarter of it was spent in the third one, the rest in the twelfth. */
function valuesOf(fromMs: number, stepMs: number, seconds: number): [number, number][] {
  if (stepMs === 0) return [[fromMs, seconds]];
  return [
    [fromMs + 2 * stepMs, seconds / 4],
    [fromMs + 11 * stepMs, (seconds * 3) / 4],
  ];
}

function metricsqlAnswer(params: URLSearchParams): object {
  const [, tag = ''] = /by \((\w+)\)/.exec(params.get('query') ?? '') ?? [];
  const endSeconds = Number(params.get('end'));
  const result = Object.entries(SPENT[tag] ?? {}).map(([name, seconds]) => ({
    metric: { [tag]: name },
    values: [[endSeconds, String(seconds)]],
  }));
  return { data: { result } };
}
