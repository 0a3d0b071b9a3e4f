import { JournalBuilder } from './journal.js';
import { insertRecords, type TestRecord } from './records.js';
import { pruneUntil } from '../record/prune/pruned.js';
import { spend } from './credits.js';

const MIDNIGHT = Date.parse('2026-03-29T00:00:00+01:00');
const MINUTE_MS = 60_000;

/** Names as users and programs may choose them: for a terminal, a spreadsheet, a page and JSON. */
const HOSTILE = [
  {
    uid: 2001,
    user: '\u202eevil\u001b[31m',
    program: '=1+1;@run',
    command: '\u001b]0;title\u0007',
  },
  { uid: 2002, user: '<b onclick="x">&', program: '<script>', command: "';--" },
  { uid: 2003, user: '__proto__', program: 'žaba 蛙 😀', command: 'a\tb\nc' },
  { uid: 2004, user: `${'long-'.repeat(14)}end`, program: 'p'.repeat(70), command: 'c'.repeat(15) },
] as const;

const WEB = { program: 'php-fpm', command: 'php-fpm8.2' };

/** A record that begins so many minutes after midnight. */
function record(
  pid: number,
  atMinute: number,
  cpuMs: number,
  fields: Partial<TestRecord> & Pick<TestRecord, 'uid' | 'user'>,
  minutes = 10,
): TestRecord {
  const fromMs = MIDNIGHT + atMinute * MINUTE_MS;
  const span = { fromMs, toMs: fromMs + minutes * MINUTE_MS };
  return { pid, ...WEB, ...span, cpuMs, ended: true, unseen: false, ...fields };
}

/**
 * The day of 23 hours in Ljubljana, 29 March 2026: a user over the budget, two of one name, one who was renamed,
 * hostile names, what no sample saw, a restart with another selection, gaps, and an afternoon without a recorder.
 *
 * @param prunedUntil up to when single records were pruned, if at all
 */
export function goldenDay(prunedUntil?: string): JournalBuilder {
  const journal = new JournalBuilder();
  const foo = { uid: 1001, user: 'foo_com' };
  const workers = Array.from({ length: 14 }, (_, at) =>
    record(5_000 + at, 15 * (at % 4) + 60 * (at % 12), 20_000 * (at + 1), foo),
  );
  insertRecords(journal.db, [
    record(4_000, -60, 9_000, { ...foo, ended: false }),
    record(4_000, 45, 9_500, { ...foo, ended: false }),
    record(4_000, 45, 2_400, { ...foo, ended: false, unseen: true, command: '(unseen)' }),
    ...workers,
    record(6_000, 600, 93_450_120, {
      uid: 1002,
      user: 'bar_org',
      program: 'im6',
      command: 'convert',
    }),
    record(7_000, 610, 300, { ...foo, program: 'cron', command: 'sh' }, 1),
    record(7_001, 120, 61_250, { uid: 1003, user: 'twin_net' }),
    record(7_002, 121, 20, { uid: 1004, user: 'twin_net' }),
    record(7_003, 130, 45_000, { uid: 1005, user: 'old_name' }),
    record(7_004, 140, 46_000, { uid: 1006, user: 'new_name' }),
    record(7_005, 30, 4_210, { uid: 0, user: 'root', program: 'kworker', command: 'kworker/0:1' }),
    ...HOSTILE.map((names, at) => record(8_000 + at, 300 + at, 1_000 * (at + 1), names)),
    record(9_000, 1_350, 45_000, foo),
  ]);
  journal.db.prepare('UPDATE user SET uid = 1005 WHERE uid = 1006').run();
  journal.db
    .prepare(
      'UPDATE recorder_run SET last_tick_ms = @toMs, last_tick_boot_ms = 0, ended_ms = @toMs',
    )
    .run({ toMs: MIDNIGHT + 720 * MINUTE_MS });
  journal.gap('2026-03-29T06:00:00Z', '2026-03-29T06:00:10Z');
  journal.gap('2026-03-29T07:00:00Z', '2026-03-29T07:30:00Z', 'suspended');
  journal.run({
    from: '2026-03-29T20:15:00+02:00',
    to: '2026-03-30T12:00:00Z',
    ...{ programs: ['php-fpm', 'im6'], visibility: 'own', precision: 'pcpu', vcpus: 4 },
  });
  if (prunedUntil !== undefined) pruneUntil(journal.db, Date.parse(prunedUntil));
  return journal.close();
}

/** What only a few hosts have: no ages of processes, a selection of users, and no such process. */
export function goldenIdle(): JournalBuilder {
  return new JournalBuilder()
    .run({
      from: '2026-03-27T10:00:00Z',
      to: '2026-03-29T20:00:00.417Z',
      ...{ users: ['foo_com'], programs: ['mysqld'], forks: false, agesUnknown: 1 },
    })
    .close();
}

/** A day of 25 hours, with something in the hour that comes twice and nothing recorded in the next one. */
export function goldenAutumn(): JournalBuilder {
  const journal = new JournalBuilder()
    .run({ from: '2025-10-24T22:00:00Z', to: '2025-10-27T22:00:00Z' })
    .gap('2025-10-26T02:00:00Z', '2025-10-26T05:00:00Z', 'late')
    .user(1001, 'foo_com');
  spend(journal, 1001, { from: '2025-10-25T23:00:00Z', minutes: 180, credits: 90 });
  return spend(journal, 1001, { from: '2025-10-26T12:00:00Z', minutes: 15, credits: 3 }).close();
}
