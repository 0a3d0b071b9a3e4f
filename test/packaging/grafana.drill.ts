import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addTo,
  type Figures,
  HOSTILE,
  programsOf,
  reportOf,
  shipHosts,
  type ShippedHosts,
} from './shipped-hosts.js';

interface Target {
  readonly query?: string;
  readonly expr?: string;
  readonly alias?: string;
  readonly legendFormat?: string;
}

interface Panel {
  readonly title: string;
  readonly interval?: string;
  readonly targets: readonly Target[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { name: string; type: string; query: string }[] };
}

/** What somebody has chosen in the dashboard; undefined for all. */
interface Chosen {
  readonly zone: string;
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
}

const DAYS = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'] as const;
const PERIOD = { kind: 'range', from: DAYS[0], to: DAYS[3] } as const;
const BUDGET = 288.5;
const CREDIT_MS = 60_000;
const SECOND_MS = 1_000;
const QUARTER_SECONDS = 900;
const QUARTERS_A_DAY = 96;

let shipped: ShippedHosts;

beforeAll(async () => {
  shipped = await shipHosts();
});
afterAll(() => shipped.stop());

function dashboardOf(language: string): Dashboard {
  return JSON.parse(readFileSync(`packaging/grafana/${language}.json`, 'utf8')) as Dashboard;
}

/** As Grafana does for a regular expression. */
function toRegex(names: readonly string[] | undefined, escape: string): string {
  if (names === undefined) return '.*';
  const escaped = names.map((name) => name.replaceAll(/[\\^$*+?.()|[\]{}/]/g, `${escape}$&`));
  return escaped.length === 1 ? String(escaped[0]) : `(${escaped.join('|')})`;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where the newest record is looked for the data would else be too old one day. */
function influxqlOf(text: string, { zone, hosts, users }: Chosen, { fromMs, toMs }: Span): string {
  return text
    .replaceAll('$timeFilter', () => `time >= ${fromMs}ms and time <= ${toMs}ms`)
    .replaceAll('${host:regex}', () => toRegex(hosts, '\\'))
    .replaceAll('${user:regex}', () => toRegex(users, '\\'))
    .replaceAll('$zone', zone)
    .replaceAll('$budget', String(BUDGET))
    .replaceAll('now()', `${toMs}ms`);
}

/** In PromQL's texts a backslash needs another one, and Grafana leaves slashes. */
function metricsqlOf(text: string, { hosts, users }: Chosen, { fromMs, toMs }: Span): string {
  return text
    .replaceAll('$host', () => toRegex(hosts, '\\\\').replaceAll('\\\\/', '/'))
    .replaceAll('$user', () => toRegex(users, '\\\\').replaceAll('\\\\/', '/'))
    .replaceAll('$budget', String(BUDGET))
    .replaceAll('$__range', `${(toMs - fromMs) / SECOND_MS}s`);
}

interface Point {
  readonly name: string;
  readonly timeMs: number;
  readonly value: number;
}

async function askInfluxql(target: Target, chosen: Chosen, span: Span): Promise<Point[]> {
  const text = influxqlOf(target.query ?? '', chosen, span);
  const tag = (target.alias ?? '').replace('$tag_', '');
  const rows = await shipped.influxdb.query(text, 'psusage');
  return rows.map(({ time, ...row }) => ({
    name: String(row[tag] ?? row['program'] ?? row['host'] ?? target.alias),
    timeMs: Number(time),
    value: Number(Object.values(row).find((value) => typeof value === 'number')),
  }));
}

async function askMetricsql(
  target: Target,
  chosen: Chosen,
  { fromMs, toMs }: Span,
  interval: string | undefined,
): Promise<Point[]> {
  const params = new URLSearchParams({
    query: metricsqlOf(target.expr ?? '', chosen, { fromMs, toMs }),
    ...{ start: String(fromMs / SECOND_MS), end: String(toMs / SECOND_MS), nocache: '1' },
    ...(interval === undefined ? { time: String(toMs / SECOND_MS) } : { step: interval }),
  });
  const path = interval === undefined ? 'query' : 'query_range';
  const answer = await fetch(`${shipped.victoriaMetrics.url}/api/v1/${path}?${params.toString()}`);
  expect(answer.status, params.toString()).toBe(200);
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value?: Sample; values?: Sample[] }[] };
  };
  return data.result.flatMap(({ metric, value, values = [] }) =>
    [...(value === undefined ? [] : [value]), ...values].map(([seconds, text]) => ({
      name: Object.values(metric)[0] ?? target.legendFormat ?? '',
      timeMs: seconds * SECOND_MS,
      value: Number(text),
    })),
  );
}

type Sample = [number, string];

/** How the values of a panel become figures, and what the report says of the same. */
const PANELS: Record<
  string,
  {
    toFigure: (point: Point) => number;
    isTable?: boolean;
    expected: (chosen: Chosen) => Promise<Figures>;
  }
> = {
  'Credits a day, by user': {
    toFigure: ({ value }) => value * CREDIT_MS,
    expected: async (chosen) => {
      const figures: Figures = {};
      for (const host of hostsOf(chosen)) {
        for (const day of DAYS) {
          const days = { kind: 'day', day } as const;
          const report = await reportOf(host, { days, timeZone: chosen.zone });
          const key = keyOf(Date.parse(report.from));
          for (const { user = '', cpuSeconds } of report.users ?? []) {
            if (!isChosen(chosen.users, user)) continue;
            addTo(figures, `${user} ${key}`, cpuSeconds * SECOND_MS);
          }
          figures[`budget ${key}`] = BUDGET * CREDIT_MS;
        }
      }
      return figures;
    },
  },
  'Credits an hour, by user': {
    toFigure: ({ value }) => value * CREDIT_MS,
    expected: async (chosen) => {
      const figures: Figures = {};
      for (const host of hostsOf(chosen)) {
        const { hours } = await reportOf(host, { days: PERIOD, timeZone: chosen.zone });
        for (const { from, utilSeconds } of hours) {
          for (const [user, amount] of Object.entries(utilSeconds)) {
            if (!isChosen(chosen.users, user)) continue;
            addTo(figures, `${user} ${keyOf(Date.parse(from))}`, amount * 10);
          }
        }
      }
      return figures;
    },
  },
  'Programs that cost the most': {
    toFigure: ({ value }) => value * CREDIT_MS,
    isTable: true,
    expected: async (chosen) => {
      const figures: Figures = {};
      for (const host of hostsOf(chosen)) {
        const asked = { days: PERIOD, timeZone: chosen.zone };
        const programs = await programsOf(host, chosen.users, asked);
        for (const [program, cpuMs] of Object.entries(programs)) addTo(figures, program, cpuMs);
      }
      const sorted = Object.entries(figures).sort(([, a], [, b]) => b - a);
      return Object.fromEntries(sorted.slice(0, 10));
    },
  },
  'Coverage of each day, by host': {
    toFigure: ({ value }) => value * QUARTERS_A_DAY,
    expected: async (chosen) => {
      const figures: Figures = {};
      for (const host of hostsOf(chosen)) {
        for (const day of DAYS) {
          const days = { kind: 'day', day } as const;
          const { from, coverage } = await reportOf(host, { days, timeZone: chosen.zone });
          const quarters = coverage.recordedSeconds / QUARTER_SECONDS;
          addTo(figures, `${host.host} ${keyOf(Date.parse(from))}`, quarters);
        }
      }
      return figures;
    },
  },
  'Newest record, by host': {
    toFigure: ({ value, timeMs }) => (value > 1e12 ? value : timeMs),
    isTable: true,
    expected: async (chosen) => {
      const figures: Figures = {};
      for (const host of hostsOf(chosen)) {
        const { runs } = await reportOf(host, { days: PERIOD, timeZone: chosen.zone });
        figures[host.host] = Math.max(...runs.map(({ to }) => Date.parse(to))) - 1;
      }
      return figures;
    },
  },
};

function hostsOf({ hosts }: Chosen): ShippedHosts['hosts'] {
  return shipped.hosts.filter(({ host }) => isChosen(hosts, host));
}

function isChosen(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? true;
}

function keyOf(ms: number): string {
  return new Date(ms).toISOString();
}

async function spanIn({ zone }: Chosen): Promise<Span> {
  const [host] = shipped.hosts;
  if (host === undefined) throw new Error('no host has shipped');
  const { from, to } = await reportOf(host, { days: PERIOD, timeZone: zone });
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}

const SOME = { hosts: ['web.2'], users: ['shop_net', HOSTILE] };
const ONE = { hosts: ['web1', 'web.2'], users: [HOSTILE] };

const CASES: [string, Chosen][] = [
  ['influxql', { zone: 'UTC' }],
  ['influxql', { zone: 'Europe/Ljubljana', ...SOME }],
  ['influxql', { zone: 'America/New_York', ...ONE }],
  ['metricsql', { zone: 'UTC' }],
  ['metricsql', { zone: 'UTC', ...SOME }],
  ['metricsql', { zone: 'UTC', ...ONE }],
];

describe.each(CASES)('the dashboard in %s with %o', (language, chosen) => {
  test.each(dashboardOf(language).panels.map((panel) => [panel.title, panel] as const))(
    '%s: what the report says',
    async (title, { targets, interval }) => {
      const { toFigure, isTable = false, expected } = PANELS[title] ?? {};
      if (toFigure === undefined || expected === undefined) throw new Error(`what is ${title}?`);
      const span = await spanIn(chosen);
      const figures: Figures = {};
      for (const target of targets) {
        const points =
          language === 'influxql'
            ? await askInfluxql(target, chosen, span)
            : await askMetricsql(target, chosen, span, interval);
        for (const point of points) {
          if (point.timeMs >= span.toMs && !isTable) continue;
          const key = isTable ? point.name : `${point.name} ${keyOf(point.timeMs)}`;
          addTo(figures, key, toFigure(point));
        }
      }
      expect(Object.keys(figures).length).toBeGreaterThan(0);
      expect(figures).toEqual(await expected(chosen));
    },
  );

  test('the variables offer each host, and each user of those that are chosen', async () => {
    const span = await spanIn(chosen);
    const users = new Set<string>();
    for (const host of hostsOf(chosen)) {
      const report = await reportOf(host, {
        days: { kind: 'range', from: '2026-11-01', to: '2026-11-26' },
      });
      for (const { user = '' } of report.users ?? []) users.add(user);
    }
    const queries = dashboardOf(language).templating.list.filter(({ type }) => type === 'query');
    const offered: Record<string, string[]> = {};
    for (const { name, query } of queries) {
      offered[name] = (
        language === 'influxql'
          ? (await shipped.influxdb.query(influxqlOf(query, chosen, span), 'psusage')).map(
              ({ value }) => String(value),
            )
          : await labelValues(metricsqlOf(query, chosen, span))
      ).sort();
    }
    expect(offered).toEqual({ host: ['web.2', 'web1'], user: [...users].sort() });
  });
});

/** As Grafana asks for `label_values(series, label)`. */
async function labelValues(query: string): Promise<string[]> {
  const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
  const params = new URLSearchParams({ 'match[]': series, start: '2026-11-01T00:00:00Z' });
  const url = `${shipped.victoriaMetrics.url}/api/v1/label/${label}/values?${params.toString()}`;
  return ((await (await fetch(url)).json()) as { data: string[] }).data;
}
