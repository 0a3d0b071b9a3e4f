import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toPrometheus } from '../../../src/report/formats/prometheus.js';
import { makePrometheus } from '../../../src/report/make-prometheus.js';
import { parseBudgets } from '../../../src/report/models/budgets.js';
import { judgeHealth } from '../../../src/report/status/health.js';
import { statusMetrics } from '../../../src/report/views/status-metrics.js';
import { anyCharacter } from '../../builders/any-character.js';
import { JournalBuilder } from '../../builders/journal.js';
import { print } from '../../builders/command-line.js';
import { NEW, NOW_MS, WELL } from '../../builders/status.js';
import { temporaryFolder } from '../../temporary-folder.js';

const NOW = Date.parse('2026-03-29T12:00:00Z');

/** The text format 0.0.4, as far as it has no time stamps. */
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="((?:[^"\\\n]|\\["\\n])*)"`;
const HELP = new RegExp(String.raw`^# HELP (${NAME}) (?:[^\\\n]|\\[\\n])+$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`);
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(\{${LABEL}(?:,${LABEL})*\})? (\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);

/** The series of a text by their names and labels; each family is declared once, and all of it stands together. */
function parse(text: string): Map<string, number> {
  const series = new Map<string, number>();
  const families = new Set<string>();
  let family = '';
  expect(text === '' || text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').slice(0, -1)) {
    const [, helped] = HELP.exec(line) ?? [];
    const [, typed] = TYPE.exec(line) ?? [];
    const [, sampled = '', labels = '', value] =
      SAMPLE.exec(line)?.filter((_, at) => at !== 3 && at !== 4) ?? [];
    if (helped !== undefined) {
      expect(families).not.toContain(helped);
      families.add(helped);
      family = helped;
      continue;
    }
    expect(typed ?? sampled, line).toBe(family);
    if (typed !== undefined) continue;
    expect(series.has(sampled + labels), `${line} is there twice`).toBe(false);
    series.set(sampled + labels, Number(value));
  }
  return series;
}

function familiesOf(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
}

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder().run({
    from: '2026-03-28T10:00:00Z',
    to: '2026-03-29T12:00:00Z',
    endReason: null,
    vcpus: 4,
  });
});
afterEach(() => {
  journal.remove();
});

function used(uid: number, name: string, program: string, cpuMs: number, unseenCpuMs = 0): void {
  if (journal.db.prepare('SELECT 1 FROM user WHERE user_id = ?').get(uid) === undefined)
    journal.user(uid, name);
  journal.usage({ at: '2026-03-29T09:00:00Z', uid, program, started: 1, cpuMs, unseenCpuMs });
  journal.db
    .prepare(
      `INSERT INTO counter (user_id, program_id, cpu_ms, unseen_cpu_ms, last_quarter_ms)
       SELECT ?, name_id, ?, ?, 0 FROM name WHERE name = ?`,
    )
    .run(uid, 10 * cpuMs, unseenCpuMs, program);
}

function metricsOf(asked: { top?: number; budget?: string[] } = {}): Promise<string> {
  const { top, budget = [] } = asked;
  const query = {
    journal: journal.path,
    host: 'web1',
    timeZone: 'UTC',
    top,
    budgets: parseBudgets(budget),
  };
  return makePrometheus(query, NOW);
}

test('counters are of all time, and budgets of today', async () => {
  used(1_001, 'foo_com', 'php-fpm', 61_250, 400);
  used(1_001, 'foo_com', 'sh', 750);
  used(0, 'root', 'sh', 5_000);
  journal.db.prepare('INSERT INTO host_counter VALUES (1, 999000, 12000, 86400000)').run();
  const foo = 'user="foo_com",uid="1001"';
  expect(Object.fromEntries(parse(await metricsOf({ budget: ['1240000', 'root=10%'] })))).toEqual({
    [`psusage_user_cpu_seconds_total{${foo},program="php-fpm"}`]: 612.5,
    [`psusage_user_cpu_seconds_total{${foo},program="sh"}`]: 7.5,
    'psusage_user_cpu_seconds_total{user="root",uid="0",program="sh"}': 50,
    [`psusage_user_unseen_cpu_seconds_total{${foo},program="php-fpm"}`]: 0.4,
    psusage_cpu_seconds_total: 999,
    psusage_recorded_seconds_total: 86_400,
    [`psusage_user_day_cpu_seconds{${foo}}`]: 62,
    'psusage_user_day_cpu_seconds{user="root",uid="0"}': 5,
    [`psusage_user_budget_cpu_seconds{${foo}}`]: 12_400,
    'psusage_user_budget_cpu_seconds{user="root",uid="0"}': 8_640,
    [`psusage_user_budget_used_ratio{${foo}}`]: 0.005,
    'psusage_user_budget_used_ratio{user="root",uid="0"}': 5_000 / 8_640_000,
    psusage_day_recorded_ratio: 1,
    psusage_host_vcpus: 4,
  });
});

test('a metric has no more series than --top says, the largest counters and the worst budgets', async () => {
  for (let at = 0; at < 9; at++) used(1_000 + at, `user${at}`, `program${at}`, 1_000 + at);
  const series = [...parse(await metricsOf({ top: 2, budget: ['100c', 'user3=1c'] })).keys()];
  const usersOf = (family: string) =>
    series
      .filter((key) => key.startsWith(`${family}{`))
      .map((key) => /user="(\w+)"/.exec(key)?.[1]);
  expect(usersOf('psusage_user_cpu_seconds_total')).toEqual(['user8', 'user7']);
  expect(usersOf('psusage_user_budget_used_ratio')).toEqual(['user3', 'user8']);
});

test('a thousand programs of each are the most without it', async () => {
  journal.db.transaction(() => {
    for (let at = 0; at < 1_100; at++) used(1_001, 'foo_com', `tmp.${at}`, 1_000);
  })();
  const series = [...parse(await metricsOf()).keys()];
  expect(series.filter((key) => key.startsWith('psusage_user_cpu_seconds_total{'))).toHaveLength(
    1_000,
  );
});

const ANY_NAME = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: anyCharacter }),
  fc.string({
    minLength: 1,
    maxLength: 20,
    unit: fc.constantFrom('"', '\\', '\n', '\r', '{', '}', ',', '=', ' ', 'n', '\u2028', '\u202e'),
  }),
);

test('whatever users call themselves and their programs, it keeps to the format and to its sums', () => {
  const anySeries = fc.record({
    user: ANY_NAME,
    program: ANY_NAME,
    value: fc.integer({ min: 0, max: 2 ** 40 }),
  });
  fc.assert(
    fc.property(fc.array(anySeries, { minLength: 1 }), (all) => {
      const series = all.map(({ value, ...labels }) => ({ labels, value }));
      const text = toPrometheus([
        { name: 'a_total', type: 'counter', help: 'A.', series },
        { name: 'b', type: 'gauge', help: 'B.', series: [] },
        { name: 'c', type: 'gauge', help: 'C.', series: [{ value: 0.5 }] },
      ]);
      const parsed = parse(text);
      const sum = all.reduce((before, { value }) => before + value, 0);
      expect([...parsed.values()].reduce((before, value) => before + value, 0)).toBe(sum + 0.5);
      expect(familiesOf(text)).toEqual(['a_total', 'c']);
    }),
    { numRuns: 500 },
  );
});

test('quotes and backslashes of a name are escaped', () => {
  const series = [{ labels: { user: String.raw`a"b\c\n{},=` }, value: 1 }];
  expect(toPrometheus([{ name: 'a', type: 'gauge', help: 'A.', series }])).toContain(
    String.raw`a{user="a\"b\\c\\n{},="} 1`,
  );
});

const COUNTER = { cpuMs: 0, recorderCpuMs: 350_500, recordedMs: 0 };

test('the status is the recorder’s, and says when the last sample was taken where there is one', () => {
  const statusText = (facts: typeof WELL) =>
    toPrometheus(statusMetrics({ facts, health: judgeHealth(facts, 'UTC') }, COUNTER));
  const well = parse(statusText(WELL));
  expect(well.get('psusage_recorder_up')).toBe(1);
  expect(well.get('psusage_problems')).toBe(0);
  expect(well.get('psusage_recorder_cpu_seconds_total')).toBe(350.5);
  expect(NOW_MS / 1_000 - (well.get('psusage_last_sample_timestamp_seconds') ?? 0)).toBeLessThan(
    60,
  );
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(well.get(`psusage_build_info{version="${version}"}`)).toBe(1);
  const fresh = parse(statusText(NEW));
  expect(fresh.get('psusage_recorder_up')).toBe(0);
  expect(fresh.has('psusage_last_sample_timestamp_seconds')).toBe(false);
});

test('report and status have no metric in common, and both are written to files in one piece', async () => {
  used(1_001, 'foo_com', 'php-fpm', 61_250, 400);
  const folder = temporaryFolder();
  const written = async (command: string) => {
    const output = join(folder, `${command}.prom`);
    const args = [command, '--journal', journal.path, '--format', 'prometheus', '--output', output];
    expect(await print(args, { nowMs: NOW })).toEqual({ stdout: '', exitCode: 0 });
    return familiesOf(readFileSync(output, 'utf8'));
  };
  const families = [...(await written('report')), ...(await written('status'))];
  expect(families).toContain('psusage_user_cpu_seconds_total');
  expect(families).toContain('psusage_recorder_up');
  expect(new Set(families).size).toBe(families.length);
});
