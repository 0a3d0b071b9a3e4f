import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actAs } from '../builders/act-as.js';
import { print } from '../builders/command-line.js';
import { JournalBuilder } from '../builders/journal.js';
import { insertRecords, type TestRecord } from '../builders/records.js';

// Whoever asks for --mine is shop_net on every machine.
actAs('shop_net', 1001);

const NOON_MS = Date.parse('2026-03-29T12:00:00Z');
const MS_PER_DAY = 86_400_000;
const NOW = Date.parse('2026-03-30T09:30:00Z');
const DAY = ['--day', '2026-03-29'];

function record(pid: number, fields: Partial<TestRecord>): TestRecord {
  const account = { uid: 1001, user: 'shop_net', program: 'php-fpm', command: 'php-fpm8.2' };
  const { fromMs = NOON_MS } = fields;
  const span = { fromMs, toMs: fromMs + 600_000 };
  return { pid, ...account, ...span, cpuMs: 6_000, ended: true, unseen: false, ...fields };
}

/** What shop_net did in four weeks, and what its neighbours did, on two vCPUs. */
function shopAnd(others: readonly TestRecord[]): JournalBuilder {
  const journal = new JournalBuilder().run({
    ...{ from: '2026-03-01T00:00:00Z', to: '2026-03-30T09:30:00Z', endReason: null },
    users: ['shop_net', 'secret*', '40002'],
  });
  const own = Array.from({ length: 28 }, (_, at) =>
    record(1_000 + at, { fromMs: NOON_MS - at * MS_PER_DAY, cpuMs: 90_000 + 1_000 * at }),
  );
  insertRecords(journal.db, [...own, ...others]);
  // What insertRecords adds is a run over all records; the recorder's own is enough.
  journal.db.exec('DELETE FROM recorder_run WHERE run_id > 1');
  journal.db.exec('UPDATE usage SET uncertain_ms = 50000');
  return journal.close();
}

const SECRET = { uid: 40_001, user: 'secret_com', program: 'secretd', command: 'secret-job' };
const TWIN = { uid: 40_002, user: 'shop_net', program: 'secretd', command: 'secret-job' };
/** All but a second of what two vCPUs can do in a day. */
const FULL_MS = 2 * MS_PER_DAY - 1_000;

/** As many processes each, of which those of one's own are told apart by nothing. */
const NEIGHBOURS = {
  none: [],
  busy: [
    record(2, { ...SECRET, cpuMs: 98_765_432 }),
    record(3, { ...TWIN, cpuMs: FULL_MS - 98_765_432, fromMs: NOON_MS + 900_000 }),
  ],
} as const;

const VIEWS = [
  [],
  ...['user', 'program', 'command', 'hour', 'process'].map((by) => ['--by', by]),
  ['--ledger'],
];
const AT_NOON = [...DAY, '--at', '12:01'];
const TRENDS = ['user', 'program', 'command', 'day'].map((by) => ['--days', '30', '--by', by]);
const FORMATS = [
  ...[
    ['--format', 'table'],
    ['--format', 'table', '--verbose'],
  ],
  ...[
    ['--format', 'json'],
    ['--format', 'csv'],
  ],
];
const WITHOUT_VERBOSE = ['--ledger', '--at'];
const TEXTS = [...VIEWS.map((view) => [...DAY, ...view]), AT_NOON, ...TRENDS].flatMap((view) =>
  FORMATS.filter(
    (format) =>
      !format.includes('--verbose') || !view.some((each) => WITHOUT_VERBOSE.includes(each)),
  ).map((format) => ['--mine', ...view, ...format]),
);
const CHECKS = ['table', 'json', 'csv', 'nagios'].map((format) => [
  ...['--mine', ...DAY, '--check', '0.001,0.002', '--format', format],
]);
const PAGES = [
  ...[['--user', 'uid:1001'], ['--user', 'shop_net (1001)'], ['--mine']].map((whose) => [
    ...DAY,
    ...whose,
  ]),
  [...DAY, '--mine', '--ledger'],
  ['--month', '--mine', '--ledger', '--mode', 'unlimited'],
  ['--week', 'last', '--user', 'uid:1001', '--budget', '1c'],
].map((page) => ['--format', 'html', ...page]);

/** A day on which the user ran nothing, and the others neither. */
const IDLE_DAY = ['--day', '2026-03-30'];
const IDLE = [
  ...[['--user', 'uid:1001'], ['--mine']].map((whose) => [...whose, '--format', 'html']),
  ...VIEWS.map((view) => ['--mine', ...view]),
  ...VIEWS.map((view) => ['--user', 'uid:1001', ...view]),
  ...[['--user', 'uid:1001'], ['--mine']].map((whose) => [...whose, '--at', '09:05']),
].map((args) => [...IDLE_DAY, ...args]);

let alone: JournalBuilder;
let among: JournalBuilder;
beforeAll(() => {
  alone = shopAnd(NEIGHBOURS.none);
  among = shopAnd(NEIGHBOURS.busy);
});
afterAll(() => {
  alone.remove();
  among.remove();
});

async function report(journal: JournalBuilder, args: readonly string[]): Promise<string> {
  const where = ['--journal', journal.path, '--host', 'web1', '--tz', 'UTC'];
  const { stdout } = await print(['report', ...where, ...args], { nowMs: NOW, columns: 140 });
  return stdout;
}

describe('a report for one user', () => {
  it.each([...PAGES, ...TEXTS, ...CHECKS].map((args) => [args.join(' '), args] as const))(
    'is the same, byte for byte, whatever others do: %s',
    async (_, args) => {
      const text = await report(among, args);
      expect(text).toContain('shop_net');
      expect(text).not.toMatch(/secret|4000[12]|98,?765|27,?432/);
      expect(text).toBe(await report(alone, args));
    },
  );

  it.each(IDLE.map((args) => [args.join(' '), args] as const))(
    'says in words that no process was recorded, and is no error: %s',
    async (_, args) => {
      const text = await report(among, args);
      expect(text).toMatch(
        /process of shop_net( \(1001\))? (was recorded on this day|used CPU time in this minute)/i,
      );
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
      expect(text).toBe(await report(alone, args));
    },
  );

  it('is one of nothing for a user of this system whom no journal knows, and an error for others', async () => {
    const idle = [...IDLE_DAY, '--user', 'root', '--budget', 'root=288c'];
    expect(await report(among, idle)).toMatch(
      /budget 288 credits · within it\n\nno process of root/,
    );
    expect(await report(among, [...idle, '--format', 'html'])).toContain('Budget: 288 credits');
    await expect(report(among, [...IDLE_DAY, '--user', 'rooot'])).rejects.toThrow(
      'no user rooot is known to the journal or to this system',
    );
    await expect(report(among, [...IDLE_DAY, '--user', 'x*'])).rejects.toThrow(
      'no user x* is known',
    );
  });

  it('is of several where a pattern names several', async () => {
    const page = await report(among, [...DAY, '--format', 'html', '--user', 's[eh]*']);
    expect(page).toContain('secret_com');
    expect(page).toContain('shop_net (40002)');
  });
});
