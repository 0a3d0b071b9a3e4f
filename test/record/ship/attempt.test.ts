import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Attempt } from '../../../src/record/ship/attempt.js';
import { ShipError } from '../../../src/record/ship/messages.js';
import { ExitCode } from '../../../src/shared/errors.js';
import { readAttempt } from '../../../src/report/status/read-shipping.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { type Answerer, type FaultyServer, startFaultyServer } from '../../servers/faulty.js';
import { journalOf, record } from './journal-to-ship.js';
import { type Shipped, shipOnce, v1 } from './shipped.js';

const START_MS = Date.UTC(2026, 2, 29, 12);
const MINUTE_MS = 60_000;

let journal: JournalBuilder;
let server: FaultyServer;
let answer: Answerer;
let minute: number;
beforeEach(async () => {
  answer = () => ({ status: 204 });
  minute = 0;
  server = await startFaultyServer((request, count) => answer(request, count));
  journal = journalOf([record()]);
});
afterEach(async () => {
  await server.stop();
  journal.remove();
});

const down: Answerer = () => ({ status: 503 });
const up: Answerer = () => ({ status: 204 });

/** A run of cron, a minute after the one before. */
function ship(options: Parameters<typeof shipOnce>[2] = {}): Promise<Shipped> {
  const nowMs = START_MS + minute * MINUTE_MS;
  minute += 1;
  return shipOnce(journal.path, v1(server.url), { nowMs: () => nowMs, ...options });
}

/** What cron mails of a run. */
const mailOf = ({ warnings, failure }: Shipped) => [
  ...warnings,
  ...(failure === undefined ? [] : [failure.message, failure.hint ?? []].flat()),
];

describe('the journal', () => {
  it('has when the last run was, where it went, and since when and why they fail', async () => {
    expect(readAttempt(journal.db)).toBe(null);
    answer = down;
    await ship();
    await ship();
    const destination = `${server.url} database psusage`;
    expect(readAttempt(journal.db)).toEqual({
      ...{ startedMs: START_MS + MINUTE_MS, destination, succeededMs: null },
      ...{ failingSinceMs: START_MS, words: '503 Service Unavailable' },
    });
    answer = up;
    await ship();
    const succeededMs = START_MS + 2 * MINUTE_MS;
    expect(readAttempt(journal.db)).toEqual({
      ...{ startedMs: succeededMs, destination, succeededMs, failingSinceMs: null, words: null },
    });
    answer = down;
    insertRecords(journal.db, [record({ pid: 2 })]);
    await ship();
    expect(readAttempt(journal.db)).toMatchObject({
      ...{ succeededMs, failingSinceMs: START_MS + 3 * MINUTE_MS },
    });
    expect(journal.db.prepare('SELECT count(*) FROM shipping_attempt').pluck().get()).toBe(1);
  });

  it('has a run as failed that was killed, once the next one begins', () => {
    const begin = (startedMs: number) => {
      const options = { destination: 'a', remindEveryMs: undefined, nowMs: () => startedMs };
      const output = { print: () => undefined, warn: () => undefined, terminal: undefined };
      new Attempt(journal.db, options, output).begin();
    };
    begin(1_000);
    expect(readAttempt(journal.db)).toMatchObject({ startedMs: 1_000, failingSinceMs: null });
    begin(2_000);
    begin(3_000);
    expect(readAttempt(journal.db)).toMatchObject({
      ...{ startedMs: 3_000, failingSinceMs: 1_000, words: 'the run was killed before it ended' },
    });
  });
});

describe('cron', () => {
  it('gets one line of a server that is down, with the number of records that wait', async () => {
    answer = down;
    const destination = `${server.url} database psusage`;
    expect(mailOf(await ship())).toEqual([
      `${destination}: 503 Service Unavailable; 1 record waits for the next run`,
    ]);
  });

  it('is told of a failure once an hour and of its end once, where that is asked for', async () => {
    const remindEveryMs = 60 * MINUTE_MS;
    const mails: [at: number, lines: number][] = [];
    answer = down;
    for (; minute < 150;) {
      const run = await ship({ remindEveryMs });
      expect(run.exitCode).toBe(1);
      expect(run.summary).toContain(run.failure === undefined ? '503 Service' : 'sent 0');
      if (mailOf(run).length > 0) mails.push([minute - 1, mailOf(run).length]);
    }
    expect(mails).toEqual([
      [0, 1],
      [60, 1],
      [120, 1],
    ]);
    answer = up;
    expect(mailOf(await ship({ remindEveryMs }))).toEqual([
      expect.stringContaining('first shipment'),
      'shipping works again; it had failed since 2026-03-29T12:00:00Z',
    ]);
    expect(mailOf(await ship({ remindEveryMs }))).toEqual([]);
  });

  it('is told at once of another kind of failure, and not twice an hour of a server that comes and goes', async () => {
    const remindEveryMs = 60 * MINUTE_MS;
    answer = down;
    expect(mailOf(await ship({ remindEveryMs }))).toHaveLength(1);
    answer = () => ({ status: 401 });
    expect(mailOf(await ship({ remindEveryMs }))).toContainEqual(
      expect.stringContaining('401 Unauthorized'),
    );
    answer = up;
    expect(mailOf(await ship({ remindEveryMs }))).toHaveLength(2);
    let mails = 0;
    for (let runs = 0; runs < 70; runs += 1) {
      insertRecords(journal.db, [record({ pid: 10 + runs })]);
      answer = runs % 2 === 0 ? down : up;
      mails += mailOf(await ship({ remindEveryMs })).length;
    }
    expect(mails).toBe(2);
  });

  it('is told of two kinds of failure that alternate once each, and then of one of them once an hour', async () => {
    const mails: number[] = [];
    for (; minute < 150;) {
      answer = minute % 2 === 0 ? down : () => ({ status: 401 });
      if (mailOf(await ship({ remindEveryMs: 60 * MINUTE_MS })).length > 0) mails.push(minute - 1);
    }
    expect(mails).toEqual([0, 1, 61, 121]);
  });

  it('is told once that shipping works again where the server then refuses records', async () => {
    const remindEveryMs = 60 * MINUTE_MS;
    insertRecords(journal.db, [record({ pid: 2, user: 'bad', uid: 1_002 })]);
    answer = down;
    await ship({ remindEveryMs });
    answer = ({ lines }) => ({
      status: lines.some((line) => line.includes('user=bad')) ? 400 : 204,
    });
    expect(mailOf(await ship({ remindEveryMs }))).toEqual([
      expect.stringContaining('first shipment'),
      'shipping works again; it had failed since 2026-03-29T12:00:00Z',
      'the server refused 1 record',
      'psusage ship --quarantine lists them, with its reasons',
    ]);
    expect(mailOf(await ship({ remindEveryMs }))).toEqual([]);
  });

  it('is told in each run where nothing else is asked for', async () => {
    answer = down;
    await ship();
    expect(mailOf(await ship())).toHaveLength(1);
  });
});

it('tells a terminal of each failure', () => {
  const options = { destination: 'a', remindEveryMs: 60 * MINUTE_MS, nowMs: () => START_MS };
  const failAt = (terminal: NodeJS.WriteStream | undefined) => {
    const output = { print: () => undefined, warn: () => undefined, terminal };
    return new Attempt(journal.db, options, output).fail(new Error('no'));
  };
  const told = new Error('no');
  expect(failAt(undefined)).toEqual(told);
  expect(failAt(undefined)).toBeInstanceOf(ExitCode);
  expect(failAt(process.stderr)).toEqual(told);
});

const FAILURES = ['unavailable', 'misconfigured', 'failed', 'refused'] as const;
const RUNS = [...FAILURES, 'done', 'killed'] as const;
const REMIND_EVERY_MINUTES = 60;

/** What one run after the other tells, each so many minutes after the one before. */
function tell(runs: readonly { ends: (typeof RUNS)[number]; afterMinutes: number }[]) {
  journal.db.exec('DELETE FROM shipping_attempt');
  let at = 0;
  return runs.map(({ ends, afterMinutes }) => {
    at += afterMinutes;
    let worksAgain = 0;
    const output = { print: () => undefined, warn: () => (worksAgain += 1), terminal: undefined };
    const nowMs = START_MS + at * MINUTE_MS;
    const remindEveryMs = REMIND_EVERY_MINUTES * MINUTE_MS;
    const options = { destination: 'a', remindEveryMs, nowMs: () => nowMs };
    const attempt = new Attempt(journal.db, options, output);
    attempt.begin();
    if (ends === 'done') attempt.succeed(undefined);
    const error = ends === 'failed' ? new Error('no') : new ShipError(ends as 'refused', 'w', 'm');
    const isFailure = ends !== 'done' && ends !== 'killed';
    return { at, ends, isTold: isFailure && attempt.fail(error) === error, worksAgain };
  });
}

it('tells of any runs what is new at once, the rest once an hour, and the end of what it told once', () => {
  const run = fc.record({
    ends: fc.constantFrom(...RUNS),
    afterMinutes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 90 })),
  });
  const property = fc.property(fc.array(run, { maxLength: 120 }), (runs) => {
    /** When each kind was told last, and which since runs fail. */
    const last = new Map<string, number>();
    let told: string[] | undefined;
    for (const { at, ends, isTold, worksAgain } of tell(runs)) {
      const isUp = ends === 'done' || ends === 'refused';
      expect(worksAgain).toBe(isUp && told !== undefined && told.length > 0 ? 1 : 0);
      if (isUp) told = undefined;
      else told ??= [];
      if (ends === 'done' || ends === 'killed') continue;
      const wasTold = (kind: string) => at - (last.get(kind) ?? -Infinity) < REMIND_EVERY_MINUTES;
      const isQuiet = [...last.keys()].some(wasTold);
      if (!isQuiet) expect(isTold).toBe(true);
      if (wasTold(ends)) expect(isTold).toBe(false);
      if (isQuiet && told?.includes(ends) === true) expect(isTold).toBe(false);
      if (!wasTold(ends) && told?.includes(ends) !== true) expect(isTold).toBe(true);
      if (!isTold) continue;
      last.set(ends, at);
      told?.push(ends);
    }
  });
  fc.assert(property, { numRuns: 60 });
});
