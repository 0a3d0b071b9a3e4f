import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addTo,
  type Figures,
  programsOf,
  reportOf,
  shipHosts,
  type ShippedHosts,
} from './shipped-hosts.js';

const DAY = { kind: 'day', day: '2026-11-24' } as const;
const WEEK = { kind: 'range', from: '2026-11-16', to: '2026-11-22' } as const;
const WEEK_BEFORE = { kind: 'range', from: '2026-11-09', to: '2026-11-15' } as const;
const BUDGET_MS = 288 * 60_000;

/** The newest moment that is shipped, where the queries have now. */
const NOW = '2026-11-26T00:00:00Z';

let shipped: ShippedHosts;

beforeAll(async () => {
  shipped = await shipHosts();
});
afterAll(() => shipped.stop());

const [INTRODUCTION = '', ...SECTIONS] = readFileSync('docs/queries.md', 'utf8').split(/^## /m);
const QUESTIONS = SECTIONS.slice(0, -1).map((text) => [text.slice(0, text.indexOf('\n')), text]);

function blockOf(section: string, language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\n(.+?)^\`\`\``, 'ms').exec(section) ?? [];
  if (block === undefined) throw new Error(`nothing in ${language}: ${section}`);
  return block;
}

interface Answer {
  /** What it is grouped by, else when it is of. */
  readonly key: string;
  readonly value: number;
}

async function askInfluxql(query: string): Promise<Answer[]> {
  const rows = await shipped.influxdb.query(query.replaceAll('now()', `'${NOW}'`), 'psusage');
  return rows.map(({ time, ...row }) => {
    const [value] = Object.values(row).filter((each) => typeof each === 'number');
    const name = row['user'] ?? row['program'] ?? row['host'];
    const isNewest = 'last' in row;
    return { key: String(name ?? time), value: Number(isNewest ? time : value) };
  });
}

/** What a range query answers are the answers at each of its moments. */
async function askMetricsql(query: string): Promise<Answer[]> {
  const setting = (name: string) => new RegExp(`^# .*\\b${name}=(\\S+)`).exec(query)?.[1] ?? '';
  const endMs = Date.parse(setting('time') || setting('end'));
  const startMs = setting('start') === '' ? endMs : Date.parse(setting('start'));
  const answers: Answer[] = [];
  for (let atMs = startMs; atMs <= endMs; atMs += HOUR_MS) {
    for (const { metric, value } of await shipped.victoriaMetrics.query(query, atMs / 1_000)) {
      answers.push({ key: Object.values(metric)[0] ?? String(atMs - HOUR_MS), value });
    }
  }
  return answers;
}

const HOUR_MS = 3_600_000;

type Days = Parameters<typeof reportOf>[1]['days'];

async function byUser(days: Days): Promise<Figures> {
  const figures: Figures = {};
  for (const host of shipped.hosts) {
    const { users = [] } = await reportOf(host, { days });
    for (const { user = '', cpuSeconds } of users) addTo(figures, user, cpuSeconds * 1_000);
  }
  return figures;
}

function overBudget(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, cpuMs]) => cpuMs > BUDGET_MS));
}

/** By the start of each hour. */
async function byHour(host: ShippedHosts['hosts'][number], user?: string): Promise<Figures> {
  const figures: Figures = {};
  const { hours } = await reportOf(host, { days: DAY });
  for (const { from, utilSeconds } of hours) {
    for (const [name, amount] of Object.entries(utilSeconds)) {
      if (user === undefined || user === name)
        addTo(figures, String(Date.parse(from)), amount * 10);
    }
  }
  return figures;
}

async function newestMs(host: ShippedHosts['hosts'][number]): Promise<number> {
  const { runs } = await reportOf(host, { days: { ...WEEK, to: '2026-11-25' } });
  return Math.max(...runs.map(({ to }) => Date.parse(to))) - 1;
}

const CREDIT_MS = 60_000;

/** What the report says, and in how many ms or whatever else one of what the query answers is. */
const EXPECTED: Record<
  string,
  { unit: number; figures: (isInfluxql: boolean) => Promise<Figures> }
> = {
  'Who spent how many credits on a day?': { unit: CREDIT_MS, figures: () => byUser(DAY) },
  'Who was over a budget of 288 credits?': {
    unit: CREDIT_MS,
    figures: async () => overBudget(await byUser(DAY)),
  },
  'On how many days of a week was each user over it?': {
    unit: 1,
    figures: async () => {
      const figures: Figures = {};
      for (let date = 16; date <= 22; date += 1) {
        const over = overBudget(await byUser({ kind: 'day', day: `2026-11-${date}` }));
        for (const user of Object.keys(over)) addTo(figures, user, 1);
      }
      return figures;
    },
  },
  'In which hours did a user spend them?': {
    unit: CREDIT_MS,
    figures: async () => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        const hours = Object.entries(await byHour(host, 'shop_net'));
        for (const [hour, cpuMs] of hours) addTo(figures, hour, cpuMs);
      }
      return figures;
    },
  },
  'For which sites did php-fpm work?': {
    unit: CREDIT_MS,
    figures: async () => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        const { users = [] } = await reportOf(host, { days: DAY });
        for (const { user = '' } of users) {
          const programs = await programsOf(host, [user], { days: DAY });
          addTo(figures, user, programs['php-fpm'] ?? 0);
        }
      }
      return figures;
    },
  },
  'Which five programs cost the most?': {
    unit: CREDIT_MS,
    figures: async () => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        const programs = await programsOf(host, undefined, { days: DAY });
        for (const [program, cpuMs] of Object.entries(programs)) addTo(figures, program, cpuMs);
      }
      const sorted = Object.entries(figures).sort(([, a], [, b]) => b - a);
      return Object.fromEntries(sorted.slice(0, 5));
    },
  },
  'How many vCPUs did each host use on average?': {
    unit: 24 * HOUR_MS,
    figures: async () => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        const { total } = await reportOf(host, { days: DAY });
        addTo(figures, host.host, total.cpuSeconds * 1_000);
      }
      return figures;
    },
  },
  'How many in its busiest hour?': {
    unit: HOUR_MS,
    figures: async () => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        addTo(figures, host.host, Math.max(...Object.values(await byHour(host))));
      }
      return figures;
    },
  },
  'Who spends more than the week before, and how much?': {
    unit: CREDIT_MS,
    figures: async () => {
      const [figures, before] = [await byUser(WEEK), await byUser(WEEK_BEFORE)];
      for (const [user, cpuMs] of Object.entries(before)) addTo(figures, user, -cpuMs);
      return figures;
    },
  },
  'Which recorder has stopped?': {
    unit: 1,
    figures: async (isInfluxql) => {
      const figures: Figures = {};
      for (const host of shipped.hosts) {
        const ms = await newestMs(host);
        const ageSeconds = (Date.parse(NOW) - ms) / 1_000;
        if (isInfluxql) figures[host.host] = ms;
        else if (ageSeconds > 3_600) addTo(figures, host.host, ageSeconds);
      }
      return figures;
    },
  },
};

test('docs/queries.md asks ten questions, and each has an answer in Flux too', () => {
  expect(QUESTIONS.map(([question]) => question)).toEqual(Object.keys(EXPECTED));
  for (const text of [INTRODUCTION, ...QUESTIONS.map(([, text = '']) => text)]) {
    expect(blockOf(text, 'flux')).not.toBe('');
  }
});

describe.each(QUESTIONS)('%s', (question = '', text = '') => {
  test.each([
    ['influxql', askInfluxql],
    ['metricsql', askMetricsql],
  ] as const)('in %s: what the report says', async (language, ask) => {
    const { unit, figures } = EXPECTED[question] ?? {};
    if (unit === undefined || figures === undefined) throw new Error(`what is ${question}?`);
    const answers: Figures = {};
    for (const { key, value } of await ask(blockOf(text, language))) {
      addTo(answers, key, value * unit);
    }
    expect(Object.keys(answers)).not.toEqual([]);
    expect(answers).toEqual(await figures(language === 'influxql'));
  });
});

test('the query of the alert on a budget is what it says', async () => {
  const alert = blockOf(SECTIONS.at(-1) ?? '', 'tickscript');
  const [, query = ''] = /\|query\('(.+)'\)/.exec(alert) ?? [];
  const [, tag = ''] = /\.groupBy\('(.+)'\)/.exec(alert) ?? [];
  const span = `time >= '2026-11-24' AND time < '2026-11-25'`;
  const rows = await shipped.influxdb.query(`${query} WHERE ${span} GROUP BY "${tag}"`);
  const answers: Figures = {};
  for (const { user, credits } of rows) addTo(answers, String(user), Number(credits) * CREDIT_MS);
  expect(answers).toEqual(await byUser(DAY));
});
