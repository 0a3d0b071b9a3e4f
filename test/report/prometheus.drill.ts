import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type CliRun, startCli, until } from '../cli.js';
import {
  burn,
  newJournal,
  number,
  PROGRAM as NUMBERED,
  record,
  TICKED,
} from '../record/recording.js';
import { pathOf } from '../servers/installed.js';
import { startNodeExporter, startPrometheus } from '../servers/prometheus.js';

/** What ends with a version or a number is recorded without it. */
const PROGRAM = NUMBERED.replaceAll(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');

/** Its name ends a label, or the line, where it is not escaped. */
const HOSTILE = `${PROGRAM.slice(0, 12)}"\\}`;
const BUDGET_CREDITS = 0.02;
const SCRAPE_MS = 1_000;
const REST_MS = 1_500;
const RULES = 'packaging/prometheus/psusage.rules.yml';

const servers: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (each) => each.stop()));
});

function promtool(args: string[], input = ''): { status: number | null; said: string } {
  const path = pathOf({ name: 'promtool', debianPackage: 'prometheus' });
  const { status, stdout, stderr } = spawnSync(path, args, { input, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

async function ended(run: CliRun): Promise<string> {
  expect(await run.ended, run.stderr()).toBe(0);
  return run.stdout();
}

const usedMs = (journal: string, program: string) =>
  number(
    journal,
    `SELECT total(cpu_ms) FROM counter JOIN name ON name_id = program_id WHERE name = '${program}'`,
  );

/** Waits until the program has used nothing for a while. */
async function atRest(journal: string, program: string): Promise<void> {
  let before: number;
  do {
    before = usedMs(journal, program);
    await delay(REST_MS);
  } while (before !== usedMs(journal, program));
}

test('a real Prometheus gets what the report says over a kill of the recorder, by way of a real node_exporter', async () => {
  const { folder, journal } = newJournal();
  const textfiles = join(folder, 'textfiles');
  mkdirSync(textfiles);
  const cli = (command: string, ...args: string[]) =>
    ended(startCli([command, '--journal', journal, '--config', '/dev/null', ...args]));
  const write = async () => {
    const to = (command: string) => join(textfiles, `psusage-${command}.prom`);
    await cli('status', '--format', 'prometheus', '--output', to('status'));
    const budget = ['--budget', `${BUDGET_CREDITS}c`];
    await cli('report', '--format', 'prometheus', '--output', to('report'), ...budget);
  };
  const reported = async () => {
    const json = await cli('report', '--from', 'yesterday', '--by', 'program', '--format', 'json');
    const { programs } = JSON.parse(json) as {
      programs: { program: string; cpuSeconds: number }[];
    };
    return programs.find(({ program }) => program === PROGRAM)?.cpuSeconds ?? 0;
  };

  let recorder = record(journal, []);
  await until(() => number(journal, TICKED) === 1);
  burn(folder, PROGRAM, 1);
  burn(folder, HOSTILE, 1);
  await until(() => usedMs(journal, PROGRAM) > 100 && usedMs(journal, HOSTILE) > 100);
  await atRest(journal, PROGRAM);
  await write();
  const before = await reported();
  const exporter = await startNodeExporter(textfiles);
  const prometheus = await startPrometheus(exporter);
  servers.push(prometheus, exporter);
  const counter = `psusage_user_cpu_seconds_total{program="${PROGRAM}"}`;
  const value = async (promql: string) => (await prometheus.query(promql))[0]?.value;
  while ((await value(counter)) === undefined) await delay(SCRAPE_MS / 4);

  burn(folder, PROGRAM, 6);
  for (const killed of [false, true, false, false]) {
    await delay(SCRAPE_MS);
    if (killed) {
      recorder.child.kill('SIGKILL');
      await recorder.ended;
      recorder = record(journal, []);
    }
    await write();
  }
  await atRest(journal, PROGRAM);
  await write();
  const after = await reported();
  while ((await value(counter)) !== after) await delay(SCRAPE_MS / 4);

  expect(after - before).toBeGreaterThan(1);
  expect(await value(`resets(${counter}[2m])`)).toBe(0);
  expect(await value(`max_over_time(${counter}[2m]) - min_over_time(${counter}[2m])`)).toBeCloseTo(
    after - before,
    3,
  );
  // Prometheus adds what it takes to lie between its first and last scrape and the ends of the range.
  const increase = (await value(`increase(${counter}[2m])`)) ?? 0;
  expect(increase / (after - before)).toBeGreaterThan(0.99);
  expect(increase / (after - before)).toBeLessThan(1.3);
  expect(await value('resets(psusage_recorded_seconds_total[2m])')).toBe(0);
  expect(await value('node_textfile_scrape_error')).toBe(0);
  expect(await value('psusage_recorder_up')).toBe(1);
  const hostile = await prometheus.query(`{__name__="psusage_user_cpu_seconds_total"}`);
  expect(hostile.map(({ labels }) => labels['program'])).toContain(HOSTILE);

  const texts = ['status', 'report'].map((each) =>
    readFileSync(join(textfiles, `psusage-${each}.prom`), 'utf8'),
  );
  expect(promtool(['check', 'metrics'], texts.join(''))).toEqual({ status: 0, said: '' });

  expect(promtool(['check', 'rules', RULES]).said).toContain('SUCCESS: 2 rules found');
  const rules = readFileSync(RULES, 'utf8');
  const [overBudget = '', isSilent = ''] = [
    ...rules.matchAll(/expr: (?:>-)?(.+?)annotations:/gs),
  ].map(([, expr]) => expr);
  expect((await prometheus.query(overBudget)).map(({ labels }) => labels['uid'])).toContain(
    String(process.getuid?.()),
  );
  expect(await prometheus.query(isSilent)).toEqual([]);
  expect(await prometheus.query(isSilent.replace('> 300', '> 0'))).toHaveLength(1);
}, 60_000);

test('the alerts fire when they should, as promtool runs their rules', () => {
  const { status, said } = promtool(['test', 'rules', 'test/packaging/psusage.rules.test.yml']);
  expect(said).toContain('SUCCESS');
  expect(status).toBe(0);
});
