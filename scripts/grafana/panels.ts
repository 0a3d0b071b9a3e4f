export type Language = 'influxql' | 'flux' | 'metricsql';

type Texts = Readonly<Record<Language, string>>;

/** What a legend shows: a tag, or the word budget. */
type Query = Texts & { readonly legend: 'user' | 'host' | 'program' | 'budget' };

export interface Panel {
  readonly type: 'timeseries' | 'table';
  readonly title: string;
  readonly description: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  /** Between two points, for a server that evaluates a query at moments. */
  readonly step?: '1d' | '1h';
  readonly queries: readonly Query[];
  readonly unit: string;
  readonly custom: object;
  /** What the legend says of each series. */
  readonly calc?: 'sum' | 'mean';
  readonly sort?: { readonly displayName: string; readonly desc: boolean };
  /** New names of a table's columns; see `toOrganize`. */
  readonly names?: Readonly<Record<Language, Record<string, string>>>;
}

const INFLUXQL_HOST = '"host" =~ /^${host:regex}$/';
const INFLUXQL_WHERE = `$timeFilter AND ${INFLUXQL_HOST} AND "user" =~ /^\${user:regex}$/`;
const HOST_LABEL = 'host=~"$host"';
const LABELS = `{${HOST_LABEL},user=~"$user"}`;

/** A range looks back from its moment, which belongs to it; shifted, it is what begins there. */
const DAY = '[1d] offset -86399999ms';
const HOUR = '[1h] offset -3599999ms';

const FLUX_ZONE = `import "timezone"

option location = timezone.location(name: "\${zone}")

`;

const FLUX_RANGE = 'start: v.timeRangeStart, stop: v.timeRangeStop';
const FLUX_USER = '\n  |> filter(fn: (r) => r.user =~ /^${user:regex}$/)';

function fluxFrom(field: 'credits' | 'pid', range = FLUX_RANGE): string {
  return `from(bucket: "\${bucket}")
  |> range(${range})
  |> filter(fn: (r) => r._measurement == "cpu_credit" and r._field == "${field}")
  |> filter(fn: (r) => r.host =~ /^\${host:regex}$/)`;
}

function fluxSums(every: '1d' | '1h'): string {
  return `${FLUX_ZONE}${fluxFrom('credits')}${FLUX_USER}
  |> rename(columns: {user: "name"})
  |> group(columns: ["name"])
  |> aggregateWindow(every: ${every}, fn: sum, createEmpty: false, timeSrc: "_start")`;
}

function influxqlSums(every: '1d' | '1h'): string {
  return (
    `SELECT sum("credits") FROM "cpu_credit" WHERE ${INFLUXQL_WHERE} ` +
    `GROUP BY time(${every}), "user" fill(none) tz('$zone')`
  );
}

/** What the variables host and user can be. */
export const VALUES_OF: Readonly<Record<'host' | 'user', Texts>> = {
  host: {
    influxql: 'SHOW TAG VALUES FROM "cpu_credit" WITH KEY = "host"',
    flux: 'import "influxdata/influxdb/schema"\n\nschema.tagValues(bucket: "${bucket}", tag: "host")',
    metricsql: 'label_values(cpu_credit_credits, host)',
  },
  user: {
    influxql: `SHOW TAG VALUES FROM "cpu_credit" WITH KEY = "user" WHERE ${INFLUXQL_HOST}`,
    flux:
      'import "influxdata/influxdb/schema"\n\nschema.tagValues(bucket: "${bucket}", tag: "user", ' +
      'predicate: (r) => r.host =~ /^${host:regex}$/)',
    metricsql: `label_values(cpu_credit_credits{${HOST_LABEL}}, user)`,
  },
};

export const PANELS: readonly Panel[] = [
  {
    ...{
      type: 'timeseries',
      title: 'Credits a day, by user',
      unit: 'none',
      step: '1d',
      calc: 'mean',
    },
    description: 'A credit is one vCPU for a minute. The dashed line is the budget of each user.',
    gridPos: { x: 0, y: 0, w: 24, h: 10 },
    custom: { drawStyle: 'line', lineInterpolation: 'stepAfter', lineWidth: 2, fillOpacity: 0 },
    queries: [
      {
        legend: 'user',
        influxql: influxqlSums('1d'),
        flux: fluxSums('1d'),
        metricsql: `sum by (user) (sum_over_time(cpu_credit_credits${LABELS}${DAY}))`,
      },
      {
        legend: 'budget',
        influxql:
          `SELECT max("credits") * 0 + $budget FROM "cpu_credit" WHERE $timeFilter ` +
          `GROUP BY time(1d) fill(none) tz('$zone')`,
        flux: `${FLUX_ZONE}from(bucket: "\${bucket}")
  |> range(${FLUX_RANGE})
  |> filter(fn: (r) => r._measurement == "cpu_credit" and r._field == "credits")
  |> group()
  |> aggregateWindow(every: 1d, fn: sum, createEmpty: false, timeSrc: "_start")
  |> map(fn: (r) => ({_time: r._time, _value: float(v: "\${budget}"), name: "budget"}))
  |> group(columns: ["name"])`,
        metricsql: '$budget',
      },
    ],
  },
  {
    ...{
      type: 'timeseries',
      title: 'Credits an hour, by user',
      unit: 'none',
      step: '1h',
      calc: 'sum',
    },
    description: 'A vCPU has 60 credits an hour.',
    gridPos: { x: 0, y: 10, w: 24, h: 10 },
    custom: {
      drawStyle: 'bars',
      stacking: { mode: 'normal', group: 'A' },
      fillOpacity: 80,
      lineWidth: 0,
    },
    queries: [
      {
        legend: 'user',
        influxql: influxqlSums('1h'),
        flux: fluxSums('1h'),
        metricsql: `sum by (user) (sum_over_time(cpu_credit_credits${LABELS}${HOUR}))`,
      },
    ],
  },
  {
    ...{ type: 'table', title: 'Programs that cost the most', unit: 'none' },
    description: 'Credits in the time that is shown.',
    gridPos: { x: 0, y: 20, w: 8, h: 9 },
    custom: { cellOptions: { type: 'gauge', mode: 'basic' } },
    sort: { displayName: 'credits', desc: true },
    queries: [
      {
        legend: 'program',
        influxql:
          'SELECT top("sum", "program", 10) AS "credits" FROM (SELECT sum("credits") FROM "cpu_credit" ' +
          `WHERE ${INFLUXQL_WHERE} GROUP BY "program")`,
        flux: `${fluxFrom('credits')}${FLUX_USER}
  |> group(columns: ["program"])
  |> sum()
  |> group()
  |> top(n: 10)`,
        metricsql: `topk(10, sum by (program) (sum_over_time(cpu_credit_credits${LABELS}[$__range] offset 1ms)))`,
      },
    ],
    names: {
      influxql: { Time: '' },
      flux: { _value: 'credits' },
      metricsql: { Time: '', Value: 'credits' },
    },
  },
  {
    ...{
      type: 'timeseries',
      title: 'Coverage of each day, by host',
      unit: 'percentunit',
      step: '1d',
      calc: 'mean',
    },
    description:
      'Quarter-hours with a record, of the 96 of a day; the current day is not over. Where few programs are ' +
      'recorded, a quiet quarter-hour has no record either.',
    gridPos: { x: 8, y: 20, w: 8, h: 9 },
    custom: { drawStyle: 'line', lineInterpolation: 'stepAfter', axisSoftMin: 0, axisSoftMax: 1 },
    queries: [
      {
        legend: 'host',
        influxql:
          'SELECT count("count") / 96 FROM (SELECT count("pid") FROM "cpu_credit" ' +
          `WHERE $timeFilter AND ${INFLUXQL_HOST} GROUP BY time(15m), "host" fill(none)) ` +
          `WHERE $timeFilter GROUP BY time(1d), "host" fill(none) tz('$zone')`,
        flux: `${FLUX_ZONE}${fluxFrom('pid')}
  |> rename(columns: {host: "name"})
  |> group(columns: ["name"])
  |> aggregateWindow(every: 15m, fn: count, createEmpty: false, timeSrc: "_start")
  |> aggregateWindow(every: 1d, fn: count, createEmpty: false, timeSrc: "_start")
  |> map(fn: (r) => ({r with _value: float(v: r._value) / 96.0}))`,
        metricsql:
          'count_over_time((count by (host) (' +
          `count_over_time(cpu_credit_pid{${HOST_LABEL}}[15m] offset 1ms)))[1d:15m] offset -1d) / 96`,
      },
    ],
  },
  {
    ...{
      type: 'table',
      title: 'Newest record, by host',
      unit: 'dateTimeFromNow',
    },
    description:
      'Where it is an hour old, the recorder or the shipping has stopped. Of the last 30 days.',
    gridPos: { x: 16, y: 20, w: 8, h: 9 },
    custom: {},
    sort: { displayName: 'newest', desc: false },
    queries: [
      {
        legend: 'host',
        influxql: `SELECT last("pid") FROM "cpu_credit" WHERE time > now() - 30d AND ${INFLUXQL_HOST} GROUP BY "host"`,
        flux: `${fluxFrom('pid', 'start: -30d')}
  |> last()
  |> group(columns: ["host"])
  |> sort(columns: ["_time"], desc: true)
  |> limit(n: 1)
  |> keep(columns: ["host", "_time"])
  |> group()`,
        metricsql: `1000 * max by (host) (tlast_over_time(cpu_credit_pid{${HOST_LABEL}}[30d]))`,
      },
    ],
    names: {
      influxql: { last: '', Time: 'newest' },
      flux: { _time: 'newest' },
      metricsql: { Time: '', Value: 'newest' },
    },
  },
];
