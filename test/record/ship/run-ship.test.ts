import { EventEmitter, once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readQuarantineLines } from '../../../src/record/ship/quarantine.js';
import { readShippingState } from '../../../src/record/ship/shipping-state.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { startCli } from '../../cli.js';
import { type Answerer, type FaultyServer, startFaultyServer } from '../../servers/faulty.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { journalOf, record } from './journal-to-ship.js';
import { counts, shipOnce, v1 } from './shipped.js';

const RECORDS = 300;

let journal: JournalBuilder;
let server: FaultyServer;
let answer: Answerer;
beforeEach(async () => {
  answer = () => ({ status: 204 });
  server = await startFaultyServer((request, count) => answer(request, count));
  journal = journalOf(Array.from({ length: RECORDS }, (_, at) => record({ pid: at + 1 })));
});
afterEach(async () => {
  await server.stop();
  journal.remove();
});

const ship = (...rest: [options?: Parameters<typeof shipOnce>[2], interrupted?: AbortSignal]) =>
  shipOnce(journal.path, v1(server.url), ...rest);

it('sends everything, says so in one line, and has nothing to send after that', async () => {
  const first = await ship();
  expect(counts(first)).toBe('sent 300 records, 0 left, 0 set aside');
  expect(first.failure).toBeUndefined();
  expect(server.points.size).toBe(RECORDS);
  expect(counts(await ship())).toBe('sent 0 records, 0 left, 0 set aside');
  expect(server.requests).toHaveLength(1);
});

it('brings each point once although the acknowledgement got lost', async () => {
  answer = (_, count) => (count <= 3 ? 'reset after storing' : { status: 204 });
  for (let i = 0; i < 3; i += 1) {
    const { failure, summary } = await ship();
    expect(failure?.message).toMatch(/socket hang up|ECONNRESET/);
    expect(summary).toContain('sent 0 records, 300 left');
  }
  expect(counts(await ship())).toBe('sent 300 records, 0 left, 0 set aside');
  expect(server.points.size).toBe(RECORDS);
  expect(new Set(server.requests.map(({ lines }) => lines.join('\n'))).size).toBe(1);
});

it.each(['fails', 'waits until psusage is killed'])(
  'marks nothing beyond a request that %s while the next one is acknowledged, and sends the same of both again',
  async (fate) => {
    const events = new EventEmitter();
    const heard = once(events, 'heard');
    answer = async (_, count) => {
      if (count === 2) await heard;
      if (count === 2) return fate === 'fails' ? 'reset' : 'hang';
      // Once its answer has arrived.
      if (count === 3) setTimeout(() => events.emit('heard'), 100);
      return { status: 204 };
    };
    if (fate === 'fails') {
      expect(counts(await ship({ batchSize: 100 }))).toBe(
        'sent 100 records, 200 left, 0 set aside',
      );
    } else {
      const args = ['ship', '--journal', journal.path, '--config', '/dev/null', '--host', 'web1'];
      const to = ['--url', server.url, '--database', 'psusage', '--batch', '100'];
      const victim = startCli([...args, ...to]);
      await heard;
      victim.child.kill('SIGKILL');
      expect(await victim.ended).toBe('SIGKILL');
    }
    expect(readShippingState(journal.db).answeredPointId).toBe(100);
    expect(server.points.size).toBe(200);
    answer = () => ({ status: 204 });
    expect(counts(await ship({ batchSize: 100 }))).toBe('sent 200 records, 0 left, 0 set aside');
    const [, second, third, ...again] = server.requests.map(({ lines }) => lines);
    expect(again).toEqual([second, third]);
    expect(server.points.size).toBe(RECORDS);
  },
);

it('keeps everything while a server fails for an hour of cron, and sends it in the next minute', async () => {
  answer = () => ({ status: 500, body: '{"error":"timeout"}' });
  for (let minute = 0; minute < 60; minute += 1) {
    insertRecords(journal.db, [record({ pid: 1_000 + minute })]);
    const { failure } = await ship();
    expect(failure).toMatchObject({
      message: `${server.url} database psusage: 500 Internal Server Error: timeout; ${301 + minute} records wait for the next run`,
      hint: undefined,
    });
  }
  answer = () => ({ status: 204 });
  expect(counts(await ship())).toBe('sent 360 records, 0 left, 0 set aside');
  expect(server.points.size).toBe(360);
});

it('goes past a request that fails for an hour, and keeps what was in it for who asks to send it again', async () => {
  const isOld = (line: string) => Number(/pid=(\d+)i/.exec(line)?.[1]) <= 3;
  answer = ({ lines }) => ({ status: lines.some(isOld) ? 500 : 204, body: 'internal error' });
  let minute = 0;
  const shipNext = () => {
    const nowMs = Date.UTC(2026, 2, 29, 12, minute);
    minute += 1;
    insertRecords(journal.db, [record({ pid: 1_000 + minute })]);
    return ship({ nowMs: () => nowMs });
  };
  while (minute < 60) expect(counts(await shipNext())).toMatch(/^sent 0 .* 0 set aside$/);
  const past = await shipNext();
  expect(counts(past)).toBe('sent 358 records, 0 left, 3 set aside');
  expect(past.failure?.message).toBe('the server refused 3 records');
  expect([...readQuarantineLines(journal.db)].join('\n')).toContain('internal error');
  expect(counts(await shipNext())).toBe('sent 1 record, 0 left, 0 set aside');
  answer = () => ({ status: 204 });
  expect(counts(await ship({ retryRefused: true }))).toBe('sent 3 records, 0 left, 0 set aside');
  expect([...readQuarantineLines(journal.db)]).toEqual([]);
});

it('waits as long as a server asks, if that is not long', async () => {
  answer = (_, count) =>
    count === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { status: 204 };
  const startedMs = performance.now();
  expect(counts(await ship())).toBe('sent 300 records, 0 left, 0 set aside');
  expect(performance.now() - startedMs).toBeGreaterThan(990);
});

it.each([{}, { 'retry-after': '60' }])(
  'sends one request at a time to a server that takes no second one, which it answers with 503 %o',
  async (headers) => {
    let isBusy = false;
    answer = async () => {
      if (isBusy) return { status: 503, headers };
      isBusy = true;
      await sleep(20);
      isBusy = false;
      return { status: 204 };
    };
    const run = await ship({ batchSize: 30 });
    expect(counts(run)).toBe('sent 300 records, 0 left, 0 set aside');
    expect(run.failure).toBeUndefined();
    expect(server.points.size).toBe(RECORDS);
    expect(server.requests).toHaveLength(10 + 1);
  },
);

it('ends when its time is over, and keeps what it could not send', async () => {
  answer = (_, count) => (count <= 2 ? { status: 204 } : 'drip');
  const run = await ship({ maxTimeMs: 500, batchSize: 50 });
  expect(counts(run)).toBe('sent 100 records, 200 left, 0 set aside');
  expect(run.failure?.message).toBe(
    'shipping took longer than 500ms; 200 records wait for the next run',
  );
  answer = () => ({ status: 204 });
  expect(counts(await ship())).toBe('sent 200 records, 0 left, 0 set aside');
});

it('ends at once when it is told to, and keeps what it could not send', async () => {
  answer = () => 'hang';
  const interrupted = new AbortController();
  const run = ship({}, interrupted.signal);
  await sleep(100);
  interrupted.abort();
  expect(counts(await run)).toBe('sent 0 records, 300 left, 0 set aside');
});

/** Lets the server wait with its answer. */
function holdRequest() {
  const events = new EventEmitter();
  const arrived = once(events, 'arrival');
  const answered = once(events, 'answer').then(() => ({ status: 204 }));
  answer = () => {
    events.emit('arrival');
    return answered;
  };
  return { arrived, answer: () => events.emit('answer') };
}

it('leaves it to a run that is still at it', async () => {
  const request = holdRequest();
  const first = ship();
  await request.arrived;
  const second = await ship();
  expect(second).toEqual({
    ...{ warnings: [], failure: undefined, exitCode: 0 },
    summary: 'nothing done: another psusage ship of this journal is still running',
  });
  request.answer();
  expect(counts(await first)).toBe('sent 300 records, 0 left, 0 set aside');
});

it('is one run at a time by whatever name the journal goes', async () => {
  const link = join(temporaryFolder(), 'link.db');
  symlinkSync(journal.path, link);
  const request = holdRequest();
  const first = ship();
  await request.arrived;
  const second = await shipOnce(link, v1(server.url));
  expect(second.summary).toContain('nothing done');
  request.answer();
  expect(counts(await first)).toBe('sent 300 records, 0 left, 0 set aside');
});

const REFUSAL = '{"error":"partial write: field type conflict: input field pid is type float"}';

/** As InfluxDB does: the good ones are stored, whatever it says. */
const refusing =
  (isBad: (line: string) => boolean): Answerer =>
  ({ lines }) => {
    const stored = lines.filter((line) => !isBad(line));
    return stored.length === lines.length
      ? { status: 204 }
      : { status: 400, body: REFUSAL, stored };
  };

it('sets one bad record of 300 aside with the words of the server, and sends it again when asked to', async () => {
  answer = refusing((line) => line.includes('pid=217i'));
  const run = await ship();
  expect(counts(run)).toBe('sent 299 records, 0 left, 1 set aside');
  expect(run.failure).toMatchObject({
    message: 'the server refused 1 record',
    hint: 'psusage ship --quarantine lists them, with its reasons',
  });
  const [first, second] = readQuarantineLines(journal.db);
  expect(first).toMatch(
    /^#217 {2}2026-03-29T12:00:01.000Z {2}foo_com {2}php-fpm {2}php-fpm8.2 {2}0.25 s$/,
  );
  expect(second).toContain('400 Bad Request: partial write: field type conflict');
  expect(counts(await ship())).toBe('sent 0 records, 0 left, 0 set aside');
  answer = () => ({ status: 204 });
  expect(counts(await ship({ retryRefused: true }))).toBe('sent 1 record, 0 left, 0 set aside');
  expect([...readQuarantineLines(journal.db)]).toEqual([]);
  expect(server.points.size).toBe(RECORDS);
});

it('sets nothing aside where the server refuses everything, and says what it said', async () => {
  answer = refusing(() => true);
  const run = await ship();
  expect(counts(run)).toBe('sent 0 records, 300 left, 0 set aside');
  expect(run.failure?.message).toContain('field type conflict');
  expect(run.failure?.hint).toContain('every single record');
  expect([...readQuarantineLines(journal.db)]).toEqual([]);
});

it('sets aside what a database does not want any more, and goes on to the rest', async () => {
  answer = refusing((line) => Number(/pid=(\d+)i/.exec(line)?.[1]) <= 60);
  expect(counts(await ship({ batchSize: 50 }))).toBe('sent 240 records, 0 left, 60 set aside');
});

it('sends again what was refused, past any number that is refused once more', async () => {
  answer = refusing((line) => Number(/pid=(\d+)i/.exec(line)?.[1]) <= 60);
  await ship();
  answer = refusing((line) => Number(/pid=(\d+)i/.exec(line)?.[1]) <= 30);
  const retried = await ship({ retryRefused: true });
  expect(retried.failure?.message).toBe('the server refused 30 records');
  expect([...readQuarantineLines(journal.db)]).toHaveLength(2 * 30);
  expect(server.points.size).toBe(RECORDS - 30);
});

it('says at the first shipment by what name, once something has arrived', async () => {
  answer = () => ({ status: 503 });
  expect((await ship({ host: undefined })).warnings).toEqual([]);
  answer = () => ({ status: 204 });
  const first = await ship({ host: undefined });
  expect(first.warnings).toEqual([expect.stringContaining("as host 'web1'")]);
  expect((await ship()).warnings).toEqual([]);
});

it('says in each run that the server is another one, also where nothing waits, until it has some', async () => {
  await ship();
  const shipToOther = (options?: Parameters<typeof shipOnce>[2]) =>
    shipOnce(journal.path, v1(server.url, 'other'), options);
  const move = expect.stringMatching(
    /^this journal was shipped to http:\S+ database psusage before; .* other does not get .*--resend all$/,
  ) as string;
  expect(await shipToOther()).toMatchObject({ warnings: [move], failure: undefined });
  expect((await shipToOther()).warnings).toEqual([move]);
  answer = () => ({ status: 503 });
  insertRecords(journal.db, [record({ pid: 999 })]);
  expect((await shipToOther()).warnings).toEqual([move]);
  answer = () => ({ status: 204 });
  expect((await shipToOther()).warnings).toEqual([move]);
  expect((await shipToOther()).warnings).toEqual([]);
});

it('does not say that a new server gets nothing where it gets everything', async () => {
  await ship();
  const all = { resend: { kind: 'everything' } } as const;
  expect((await shipOnce(journal.path, v1(server.url, 'other'), all)).warnings).toEqual([]);
});

it('has nothing to tell cron while there is nothing to send', async () => {
  journal.remove();
  journal = journalOf([]);
  expect(await ship()).toMatchObject({ warnings: [], failure: undefined });
});

it('sends everything to a new server when asked to, as the same points', async () => {
  await ship();
  const before = new Map(server.points);
  const again = await shipOnce(journal.path, v1(server.url, 'other'), {
    resend: { kind: 'everything' },
  });
  expect(counts(again)).toBe('sent 300 records, 0 left, 0 set aside');
  expect(server.points).toEqual(before);
});

it('is called what the recorder calls this machine, unless the command line says otherwise', async () => {
  await ship({ host: undefined, hostname: 'not this' });
  expect(server.requests[0]?.lines[0]).toContain('host=web1,');
  insertRecords(journal.db, [record({ pid: 999 })]);
  await ship({ host: 'db 2' });
  expect(server.requests[1]?.lines[0]).toContain('host=db\\ 2,');
});
