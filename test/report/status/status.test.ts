import { afterEach, describe, expect, it } from 'vitest';
import type { Facts, LastRun } from '../../../src/report/status/facts.js';
import { judgeHealth } from '../../../src/report/status/health.js';
import { toText } from '../../../src/report/formats/text.js';
import { readFacts } from '../../../src/report/status/read-facts.js';
import type { Machine } from '../../../src/report/status/read-run.js';
import { statusView } from '../../../src/report/views/status.js';
import { MS_PER_DAY } from '../../../src/shared/units.js';
import type { JournalBuilder } from '../../builders/journal.js';
import {
  NEVER_SHIPPED,
  NOW_MS,
  RUN,
  SHIPPING,
  WELL,
  statusDocument,
  statusOf,
} from '../../builders/status.js';
import { startCli } from '../../cli.js';
import { pruneUntil } from '../../record/prune/pruned.js';
import { journalOf, outboxOf, record } from '../../record/ship/journal-to-ship.js';
import { temporaryFolder } from '../../temporary-folder.js';

it('tells what ps shows less exactly, or not at all', async () => {
  const shownOf = (run: Partial<LastRun>) => {
    const facts = { ...WELL, run: { ...RUN, ...run } };
    return toText(statusOf(facts), { columns: 140, colour: false });
  };
  expect(await shownOf({})).not.toContain('less exact');
  expect(await shownOf({ precision: 'pcpu' })).toContain('figures less exact: procps 3.3');
  expect(await shownOf({ areAgesKnown: false })).toContain('how old processes are');
  expect(await shownOf({})).not.toContain('visibility');
  expect(await shownOf({ visibility: 'own' })).toContain('were hidden from the recorder');
  expect(await shownOf({ areUsersUnmapped: true })).toContain('users are not told apart');
});

describe('all is well', () => {
  const problemsOf = (facts: Partial<Facts>) => judgeHealth({ ...WELL, ...facts }, 'UTC').problems;

  it('where the recorder lives and samples, the last day is covered and a server answers', () => {
    expect(judgeHealth(WELL, 'UTC')).toEqual({ recording: true, problems: [] });
    expect(problemsOf({ shipping: { ...SHIPPING, destination: null } })).toEqual([]);
  });

  it.each<[string, Partial<LastRun>]>([
    ['was stopped', { endReason: 'stopped', endedMs: NOW_MS - 1 }],
    ['was killed', { endReason: 'crashed', endedMs: NOW_MS - 1 }],
    ['is gone', { isThere: false }],
    ['has taken no sample', { silentMs: 60_000 }],
  ])('but not where the recorder %s', (words, run) => {
    const health = judgeHealth({ ...WELL, run: { ...RUN, ...run } }, 'UTC');
    expect(health.recording).toBe(false);
    expect(health.problems).toEqual([expect.stringContaining(words)]);
  });

  it('but not where much of the last day was missed', () => {
    const coverage = { ...WELL.coverage, recordedMs: MS_PER_DAY / 2 };
    expect(problemsOf({ coverage })).toEqual(['only 50 % of the last day was recorded']);
    const young = { ...coverage, elapsedMs: 600_000, recordedMs: 500_000 };
    expect(problemsOf({ coverage: young })).toEqual(['only 83.3 % of the last 10m was recorded']);
  });

  it('also where a recording that has just begun missed a second', () => {
    const coverage = { ...WELL.coverage, elapsedMs: 8_000, recordedMs: 7_000 };
    expect(problemsOf({ coverage })).toEqual([]);
  });

  it('with all times in one zone', async () => {
    const facts = {
      ...WELL,
      run: { ...RUN, endReason: 'stopped' as const, endedMs: Date.parse('2026-03-29T12:00:00Z') },
    };
    const health = judgeHealth(facts, 'Europe/Ljubljana');
    expect(health.problems).toEqual([
      'not recording: the recorder was stopped at 2026-03-29 14:00:00',
    ]);
    const text = await toText(statusView({ facts, health }, 'Europe/Ljubljana'), {
      columns: 140,
      colour: false,
    });
    expect(text).toContain('times in Europe/Ljubljana');
    expect(text).toContain('2026-03-29 13:59:57');
    expect(text).not.toContain('11:59:57');
  });

  it('also of a recorder that samples once a minute', () => {
    expect(problemsOf({ run: { ...RUN, intervalMs: 60_000, silentMs: 100_000 } })).toEqual([]);
  });

  it('but not where records wait and nothing was acknowledged for a day', () => {
    const stuck = { ...SHIPPING, acknowledgedMs: NOW_MS - MS_PER_DAY - 1 };
    expect(problemsOf({ shipping: stuck })).toHaveLength(1);
    expect(problemsOf({ shipping: { ...stuck, unshipped: 0 } })).toEqual([]);
  });

  it('but not where every attempt to ship failed, and where to and why is said', () => {
    expect(problemsOf({ shipping: NEVER_SHIPPED })).toEqual([
      'shipping has failed since 2026-03-26 12:00:00Z, last at 2026-03-29 11:59:00Z: ' +
        'http://localhost:8086 database psusage: connect ECONNREFUSED 127.0.0.1:8086',
    ]);
    const { attempt } = NEVER_SHIPPED;
    const long = attempt && { ...attempt, startedMs: NOW_MS - 7 * MS_PER_DAY - 1 };
    expect(problemsOf({ shipping: { ...NEVER_SHIPPED, attempt: long } })).toEqual([]);
    expect(problemsOf({ shipping: { ...NEVER_SHIPPED, attempt: null } })).toEqual([]);
  });

  it('but not where no process has matched a name, and those that come close are said', () => {
    const unmatched = [
      { program: 'mysqld', near: ['mariadbd'] },
      { program: 'nginx', near: [] },
    ];
    expect(problemsOf({ run: { ...RUN, unmatched } })).toEqual([
      "no process has matched 'mysqld' since the recorder started; similar names that run: mariadbd",
      "no process has matched 'nginx' since the recorder started",
    ]);
  });

  it('but not within a day of a refusal', () => {
    const refused = { atMs: NOW_MS - MS_PER_DAY, words: 'no' };
    expect(problemsOf({ shipping: { ...SHIPPING, quarantined: 1, refused } })).toHaveLength(1);
    const before = { ...refused, atMs: refused.atMs - 1 };
    expect(problemsOf({ shipping: { ...SHIPPING, quarantined: 1, refused: before } })).toEqual([]);
  });
});

describe('what is read', () => {
  let journal: JournalBuilder | undefined;
  afterEach(() => {
    journal?.remove();
  });

  const MACHINE: Machine = {
    ...{ nowMs: NOW_MS + 1_000, kernelBootId: 'a-boot', bootMs: NOW_MS + 1_000 },
    isThere: () => true,
  };

  function read(builder: JournalBuilder): Facts {
    return readFacts(builder.db, builder.path, MACHINE);
  }

  it('counts what is complete, what waits and what was refused', () => {
    journal = journalOf(Array.from({ length: 9 }, (_, at) => record({ pid: 100 + at })));
    expect(read(journal)).toMatchObject({ creditRecords: 9, shipping: { unshipped: 9 } });
    const outbox = outboxOf(journal.db, { nowMs: () => NOW_MS });
    const [first, second, third] = outbox.next(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('few');
    outbox.setAside([{ point: second, status: 400, words: 'no' }]);
    outbox.acknowledge([first, second]);
    expect(read(journal).shipping).toEqual({
      ...{ destination: null, unshipped: 7, acknowledgedMs: NOW_MS, quarantined: 1 },
      refused: { atMs: NOW_MS, words: 'no' },
      attempt: null,
    });
    pruneUntil(journal.db, NOW_MS + MS_PER_DAY);
    expect(read(journal)).toMatchObject({ creditRecords: 8, shipping: { unshipped: 7 } });
    expect(read(journal).prunedUntilMs).toBe(NOW_MS + MS_PER_DAY);
  });

  it('tells how long a recorder is silent by the time since boot, whatever the wall clock shows', () => {
    journal = journalOf([record()]);
    journal.db
      .exec(`UPDATE recorder_run SET last_tick_boot_ms = ${MACHINE.bootMs - 2_000}, last_tick_ms = 5,
      ended_ms = NULL, end_reason = NULL`);
    expect(read(journal).run).toMatchObject({ silentMs: 2_000, isThere: true });
    journal.db.exec("UPDATE boot SET kernel_boot_id = 'an-earlier-boot'");
    expect(read(journal).run).toMatchObject({ isThere: false });
  });

  it('takes a boot of the same moment for the same, where a container has an id of its own', () => {
    const { nowMs, bootMs } = MACHINE;
    const built = journalOf([record()]);
    journal = built;
    const runOfTickAt = (lastTickMs: number, lastTickBootMs: number) => {
      built.db.exec(`UPDATE boot SET kernel_boot_id = 'the-kernel’s-own';
        UPDATE recorder_run SET last_tick_boot_ms = ${lastTickBootMs}, last_tick_ms = ${lastTickMs},
        ended_ms = NULL, end_reason = NULL`);
      return read(built).run;
    };
    expect(runOfTickAt(nowMs - 900, bootMs - 1_000)).toMatchObject({
      silentMs: 1_000,
      isThere: true,
    });
    expect(runOfTickAt(nowMs - 3_600_000, bootMs - 1_000)).toMatchObject({ isThere: false });
    expect(runOfTickAt(nowMs + 900, bootMs + 1_000)).toMatchObject({ isThere: false });
  });

  it('has the same keys in JSON before the first start as later', () => {
    journal = journalOf([]);
    const empty = statusDocument(read(journal));
    const full = statusDocument(WELL);
    expect(keysOf(empty)).toEqual(keysOf(full));
    expect(full).toMatchObject({
      ...{ recording: true, pid: 4_321, programs: ['php-fpm'], openProcesses: 84 },
      ...{
        creditRecords: 123_456,
        unshipped: 12,
        quarantined: 0,
        gaps: 1,
        journalBytes: 18_874_368,
      },
      ...{ startedAt: '2026-03-26T12:00:00.000Z', lastSampleAt: '2026-03-29T11:59:57.000Z' },
    });
    expect(empty).toMatchObject({ recording: false, pid: null, startedAt: null, creditRecords: 0 });
  });
});

function keysOf(value: unknown): string[] {
  return Object.keys(typeof value === 'object' && value !== null ? value : {});
}

it('ends with 0 while a recorder records, and with 1 and the reason when it has stopped', async () => {
  const journal = `${temporaryFolder()}/psusage.db`;
  const status = () => startCli(['status', '--journal', journal, '--format', 'json']);
  const missing = status();
  expect(await missing.ended).toBe(1);
  expect(missing.stderr()).toContain('hint: start recording with: psusage record');
  const recorder = startCli(['record', '--journal', journal]);
  for (;;) {
    const run = status();
    if ((await run.ended) === 0) {
      expect(JSON.parse(run.stdout())).toMatchObject({ recording: true, pid: recorder.child.pid });
      break;
    }
  }
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  const stopped = status();
  expect(await stopped.ended).toBe(1);
  expect(JSON.parse(stopped.stdout())).toMatchObject({ recording: false, endReason: 'stopped' });
});
