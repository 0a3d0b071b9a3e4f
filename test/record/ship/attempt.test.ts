import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Attempt } from '../../../src/record/ship/attempt.js';
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
    for (let runs = 0; runs < 20; runs += 1) {
      insertRecords(journal.db, [record({ pid: 10 + runs })]);
      answer = runs % 2 === 0 ? down : up;
      mails += mailOf(await ship({ remindEveryMs })).length;
    }
    expect(mails).toBe(2);
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
