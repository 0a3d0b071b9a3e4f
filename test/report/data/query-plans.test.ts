import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { named, NOW } from '../../builders/asked.js';
import { detailsText } from '../../builders/details.js';
import { JournalBuilder } from '../../builders/journal.js';
import { jsonOf, tableOf } from '../../builders/report.js';

const TODAY = NOW;

/** They grow with starts of the recorder and with processes that live, or are results of a search or a list of options. */
const SMALL = [
  ...[
    'sqlite_master',
    'sqlite_schema',
    'migration',
    'recorder_run',
    'clock_step',
    'followed',
    'pruning',
  ],
  ...['came', 'spent', 'total', 'top', 'costliest', 'json_each', 'sums'],
];

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder()
    .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-31T10:00:00Z', endReason: null })
    .clockStep('2026-03-31T08:00:00Z', '2026-03-31T08:00:05Z')
    .user(1001, 'foo_com')
    .usage({ at: '2026-03-31T09:00:00Z', uid: 1001, started: 12, cpuMs: 61_250 });
});
afterEach(() => {
  vi.restoreAllMocks();
  journal.remove();
});

/** Every statement of reports on a day whose clock was set, which needs the most of them. */
async function statements(): Promise<Set<string>> {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  for (const by of ['user', 'program', 'command'] as const) {
    const today = { by, days: { kind: 'day', day: 'today' } } as const;
    await jsonOf(journal, today, TODAY);
    await tableOf(journal, { ...today, user: named('foo_com') }, {}, TODAY);
    await tableOf(journal, today, {}, TODAY);
  }
  for (const view of ['user', 'hours', 'processes', 'minute'] as const) {
    const today = { view, at: '09:05', days: { kind: 'day', day: 'today' } } as const;
    await detailsText(journal, today, {}, TODAY);
  }
  const all = new Set(prepare.mock.calls.map(([sql]) => sql));
  prepare.mockRestore();
  return all;
}

/** How SQLite would run it, step by step, such as `SEARCH usage USING PRIMARY KEY (quarter_ms>?)`. */
function planOf(sql: string): string[] {
  const named = new Map([...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1]));
  const unnamed = [...sql.matchAll(/\?/g)].map(() => 1);
  const plan = journal.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return plan.all(...unnamed, Object.fromEntries(named)).map(({ detail }) => detail);
}

it('a report reads no table from end to end that grows with what was recorded', async () => {
  const plans = [...(await statements())].flatMap(planOf);
  expect(plans.some((step) => step.startsWith('SEARCH usage'))).toBe(true);
  expect(plans.some((step) => step.startsWith('SEARCH credit'))).toBe(true);
  const scanned = plans.flatMap((step) => /^SCAN ([^(\s]\S*)/.exec(step)?.[1] ?? []);
  expect(scanned.filter((name) => !SMALL.includes(name))).toEqual([]);
});

it('a report looks at the records of a process in the day alone, however long it has lived', async () => {
  const plans = [...(await statements())].flatMap(planOf);
  const ofProcess = plans.filter((step) => step.includes('credit_by_process'));
  expect(ofProcess).not.toEqual([]);
  for (const step of ofProcess) expect(step).toContain('from_ms>?');
});

it('the processes of a day or a minute are found by their time, those of a user too, and looked up again once they are the costliest', async () => {
  const all = [...(await statements())].filter((each) => each.includes('costliest'));
  expect(all).toHaveLength(2);
  for (const sql of all) {
    const searches = planOf(sql).filter((step) => step.startsWith('SEARCH credit '));
    expect(searches).toEqual([
      'SEARCH credit USING INDEX credit_by_time (from_ms>? AND from_ms<?)',
      'SEARCH credit USING INDEX credit_by_process (process_id=? AND from_ms>? AND from_ms<?)',
    ]);
  }
});

it('a check looks for processes only where it names them', async () => {
  const check = {
    warningPercent: 0.001,
    criticalPercent: 100,
    projected: false,
    isForNagios: false,
  };
  const today = { check, days: { kind: 'day', day: 'today' } } as const;
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const searches = () => prepare.mock.calls.filter(([sql]) => sql.includes('costliest'));
  await jsonOf(journal, today, TODAY);
  expect(searches()).toEqual([]);
  await tableOf(journal, today, {}, TODAY);
  expect(searches()).toHaveLength(1);
});

it('what was spent in a gap is found by time, in the quarter-hours at its ends alone', async () => {
  const ofGaps = [...(await statements())].filter((sql) => sql.includes('estimated = 1'));
  expect(ofGaps.length).toBeGreaterThan(0);
  for (const sql of ofGaps) {
    const searches = planOf(sql).filter((step) => step.startsWith('SEARCH credit '));
    expect(searches).toEqual([
      'SEARCH credit USING INDEX credit_by_time (from_ms>? AND from_ms<?)',
    ]);
  }
});

it('changes are found by the small index that holds nothing else', async () => {
  const all = [...(await statements())];
  const plans = all.filter((sql) => !sql.includes('estimated = 1')).flatMap(planOf);
  const byTime = plans.filter((step) => step.includes('credit_by_time'));
  expect(byTime).toHaveLength(2);
  expect(plans.some((step) => step.includes('credit_after_change'))).toBe(true);
});
