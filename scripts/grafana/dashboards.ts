import { join } from 'node:path';
import { format } from 'prettier';
import { type Language, PANELS, type Panel, VALUES_OF } from './panels.js';

export const FOLDER = 'packaging/grafana';

/** The credits of one vCPU in a day, which `psusage report` takes for the budget too. */
const BUDGET = '1440';

const DAY_ZONE = 'Days begin at midnight in the time zone of the variable zone.';

interface Server {
  readonly name: string;
  readonly type: 'influxdb' | 'prometheus';
  readonly description: string;
  readonly texts: readonly Variable[];
}

type Variable = readonly [name: string, label: string, value: string];

const ZONE: Variable = ['zone', 'Time zone of the days', 'UTC'];

const SERVERS: Record<Language, Server> = {
  influxql: {
    ...{ name: 'InfluxDB 1.x', type: 'influxdb' },
    description: `For a data source in InfluxQL. ${DAY_ZONE}`,
    texts: [ZONE],
  },
  flux: {
    ...{ name: 'InfluxDB 2', type: 'influxdb' },
    description:
      `For a data source in Flux. ${DAY_ZONE} Its queries were never run: no InfluxDB 2 is at hand where ` +
      'psusage is tested. Those of the other dashboards are run by its tests.',
    texts: [['bucket', 'Bucket', 'psusage'], ZONE],
  },
  metricsql: {
    ...{ name: 'VictoriaMetrics', type: 'prometheus' },
    description:
      'For a data source of the type Prometheus, with the custom query parameter nocache=1, so that records that ' +
      'arrive late are seen. Days are those of UTC.',
    texts: [],
  },
};

/** Each file's path and text. */
export async function makeDashboards(): Promise<ReadonlyMap<string, string>> {
  const files = (Object.keys(SERVERS) as Language[]).map(async (language) => {
    const text = JSON.stringify(toDashboard(language));
    const path = join(FOLDER, `${language}.json`);
    return [path, await format(text, { parser: 'json', printWidth: 100 })] as const;
  });
  return new Map(await Promise.all(files));
}

function toDashboard(language: Language): object {
  const { name, type, description, texts } = SERVERS[language];
  const datasource = { type, uid: '${source}' };
  return {
    ...{ uid: `psusage-${language}`, title: `psusage: CPU credits (${name})`, description },
    ...{ tags: ['psusage'], schemaVersion: 39, editable: true },
    ...{ timezone: 'utc', time: { from: 'now-29d/d', to: 'now' }, refresh: '5m' },
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'source', label: 'Data source', type: 'datasource', query: type },
        ...texts.map(toTextVariable),
        toTagVariable('host', 'Host', VALUES_OF.host[language], datasource),
        toTagVariable('user', 'User', VALUES_OF.user[language], datasource),
        toTextVariable(['budget', 'Budget (credits a day)', BUDGET]),
      ],
    },
    panels: PANELS.map((panel, at) => toPanel(panel, at + 1, language, datasource)),
  };
}

function toTextVariable([name, label, value]: Variable): object {
  const current = { text: value, value };
  return { name, label, type: 'textbox', query: value, current, options: [current] };
}

/** All of them, unless some are chosen; asked again when the time range changes. */
function toTagVariable(name: string, label: string, query: string, datasource: object): object {
  return {
    ...{ name, label, type: 'query', datasource, query, definition: query },
    ...{ refresh: 2, sort: 1, multi: true, includeAll: true, allValue: '.*' },
    current: { text: ['All'], value: ['$__all'] },
  };
}

function toPanel(panel: Panel, id: number, language: Language, datasource: object): object {
  const { type, title, description, gridPos, step, queries, unit, custom, names } = panel;
  const isTable = type === 'table';
  return {
    ...{ id, type, title, description, datasource, gridPos },
    ...(step === undefined ? {} : { interval: step, maxDataPoints: 10_000 }),
    targets: queries.map(({ legend, ...texts }, at) => ({
      ...{ refId: String.fromCharCode(65 + at), datasource },
      ...toTarget(language, texts[language], legend, isTable),
    })),
    fieldConfig: {
      defaults: {
        ...{ unit, custom },
        ...(language === 'flux' && !isTable ? { displayName: '${__field.labels.name}' } : {}),
      },
      overrides: isTable ? [] : BUDGET_LINE,
    },
    options: isTable
      ? { showHeader: true, sortBy: [panel.sort] }
      : {
          legend: {
            showLegend: true,
            displayMode: 'table',
            placement: 'right',
            calcs: [panel.calc],
          },
          tooltip: { mode: 'multi', sort: 'desc' },
        },
    transformations: names === undefined ? [] : [toOrganize(names[language])],
  };
}

const BUDGET_LINE = [
  {
    matcher: { id: 'byName', options: 'budget' },
    properties: [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
    ],
  },
];

function toTarget(language: Language, text: string, legend: string, isTable: boolean): object {
  const resultFormat = isTable ? 'table' : 'time_series';
  if (language === 'flux') return { query: text };
  if (language === 'influxql') {
    const alias = legend === 'budget' ? legend : `$tag_${legend}`;
    return { query: text, rawQuery: true, resultFormat, ...(isTable ? {} : { alias }) };
  }
  const legendFormat = legend === 'budget' ? legend : `{{${legend}}}`;
  const kind = { instant: isTable, range: !isTable };
  return { expr: text, ...kind, format: resultFormat, ...(isTable ? {} : { legendFormat }) };
}

/** Columns by their new names; an empty one hides them. */
function toOrganize(names: Record<string, string>): object {
  const hidden = Object.entries(names).filter(([, to]) => to === '');
  const excludeByName = Object.fromEntries(hidden.map(([from]) => [from, true]));
  const renameByName = Object.fromEntries(Object.entries(names).filter(([, to]) => to !== ''));
  return { id: 'organize', options: { excludeByName, renameByName } };
}
