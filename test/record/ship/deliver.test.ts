import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Delivered, deliver } from '../../../src/record/ship/deliver.js';
import type { Newest, Point, Points } from '../../../src/record/ship/points.js';
import type { Answer } from '../../../src/shared/influx/answer.js';
import { sendAll as sendAllOf } from '../../../src/record/ship/send-all.js';
import { MS_PER_HOUR } from '../../../src/shared/units.js';
import { requeue } from '../../../src/record/ship/requeue.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { keyOf } from '../../servers/stored-points.js';
import { complete, journalOf, linesOf, openOne, outboxOf, record } from './journal-to-ship.js';

const later = (fields: { status?: number; retryAfterMs?: number } = {}): Answer => ({
  ...{ kind: 'later', words: 'not now', retryAfterMs: undefined, status: undefined },
  ...fields,
});
const LATER = later();
const SERVER_ERROR = later({ status: 500 });
const REFUSED: Answer = { kind: 'refused', words: 'bad line', status: 400 };
/** As InfluxDB 3 does, which says which lines are bad. */
const refuse = (lines: readonly string[], bad: readonly string[]): Answer => ({
  ...REFUSED,
  badLines: lines.flatMap((line, index) => (bad.includes(line) ? [{ index, words: 'bad' }] : [])),
});
const TOO_LARGE: Answer = { kind: 'too large', words: 'too much', status: 413 };
const NO_WAITING = () => Promise.resolve(false);
const silent = () => undefined;

const RECORD: Point['record'] = {
  ...{ creditId: 1, pid: 1, userId: 1, programId: 1, commandId: 1 },
  ...{ fromMs: 0, toMs: 1, cpuMs: 0, ended: 1, unseen: 0 },
};
const POINT: Point = { record: RECORD, pointId: 1, seriesId: 1, timestampMs: 0 };

const points = (count: number): Point[] =>
  Array.from({ length: count }, (_, at) => ({ ...POINT, pointId: at + 1 }));

/** Points in memory, and what became of them. */
class ListOfPoints implements Points {
  readonly acknowledged: number[] = [];
  readonly setAsideIds: number[] = [];
  #at = 0;

  constructor(private readonly all: readonly Point[]) {}

  next(limit: number, acknowledged: readonly Point[] = []): Point[] {
    this.acknowledge(acknowledged);
    const part = this.all.slice(this.#at, this.#at + limit);
    this.#at += part.length;
    return part;
  }

  newest(): Newest | undefined {
    const point = this.all.at(-1);
    return point === undefined ? undefined : { point, isWaiting: true };
  }

  acknowledge(sent: readonly Point[]): void {
    this.acknowledged.push(...sent.map(({ pointId }) => pointId));
  }

  setAside(refusals: readonly { point: Point }[]): void {
    this.setAsideIds.push(...refusals.map(({ point }) => point.pointId));
  }
}

/** Sends a list; `answer` says what the server makes of each request. */
async function sendAll(
  list: ListOfPoints,
  answer: (lines: readonly string[], request: number) => Answer,
  { batchSize = 100, wait = NO_WAITING, isStuck = false } = {},
): Promise<Delivered & { requests: number }> {
  let requests = 0;
  const send = (batch: readonly Point[]) =>
    Promise.resolve(
      answer(
        batch.map(({ pointId }) => `line ${pointId}`),
        (requests += 1),
      ),
    );
  const delivered = await deliver(list, { send, wait }, { batchSize, isStuck }, silent);
  return { ...delivered, requests };
}

const ACKNOWLEDGED: Answer = { kind: 'acknowledged' };

it('marks what a server takes in small requests while most of a large batch still waits', async () => {
  const list = new ListOfPoints(points(30_000));
  let [accepted, unmarked] = [0, 0];
  const answer = (lines: readonly string[]): Answer => {
    unmarked = Math.max(unmarked, accepted - list.acknowledged.length);
    if (lines.length > 500) return TOO_LARGE;
    accepted += lines.length;
    return ACKNOWLEDGED;
  };
  expect(await sendAll(list, answer, { batchSize: 20_000 })).toMatchObject({ sent: 30_000 });
  expect(unmarked).toBeLessThan(7_000);
});

describe('one delivery', () => {
  it('sends everything, in batches', async () => {
    const list = new ListOfPoints(points(250));
    const { sent, requests, stop } = await sendAll(list, () => ACKNOWLEDGED);
    expect({ sent, requests, stop }).toEqual({ sent: 250, requests: 3, stop: undefined });
    expect(list.acknowledged).toHaveLength(250);
  });

  it('asks with a small request first, since the others wait until it is answered', async () => {
    const sizes: number[] = [];
    const answer = (lines: readonly string[]) => {
      sizes.push(lines.length);
      return ACKNOWLEDGED;
    };
    await sendAll(new ListOfPoints(points(12_000)), answer, { batchSize: 5_000 });
    expect(sizes).toEqual([1_000, 5_000, 5_000, 1_000]);
  });

  it('marks everything that was acknowledged when it ends, however it ends', async () => {
    for (const fails of [2, 3, 4]) {
      const list = new ListOfPoints(points(350));
      const { sent } = await sendAll(list, (_, at) => (at === fails ? LATER : ACKNOWLEDGED));
      expect(sent).toBe(100 * (fails - 1));
      expect(list.acknowledged).toHaveLength(sent);
    }
  });

  it('sends nothing more when a server has no time, and marks nothing of that batch', async () => {
    const list = new ListOfPoints(points(250));
    const { sent, stop } = await sendAll(list, (_, at) => (at === 2 ? LATER : ACKNOWLEDGED));
    expect(sent).toBe(100);
    expect(stop).toEqual(LATER);
    expect(list.acknowledged).toHaveLength(100);
  });

  it('sets one bad record of 300 aside and sends the others', async () => {
    const list = new ListOfPoints(points(300));
    const isBad = (lines: readonly string[]) => lines.includes('line 217');
    const { sent, setAside, stop } = await sendAll(list, (lines) =>
      isBad(lines) ? REFUSED : ACKNOWLEDGED,
    );
    expect({ sent, setAside, stop }).toEqual({ sent: 299, setAside: 1, stop: undefined });
    expect(list.setAsideIds).toEqual([217]);
  });

  it('sets the lines aside that the server names, and sends the others in one more request', async () => {
    const list = new ListOfPoints(points(300));
    const bad = ['line 2', 'line 217', 'line 300'];
    const { sent, setAside, requests } = await sendAll(
      list,
      (lines) => (lines.some((line) => bad.includes(line)) ? refuse(lines, bad) : ACKNOWLEDGED),
      { batchSize: 300 },
    );
    expect({ sent, setAside, requests }).toEqual({ sent: 297, setAside: 3, requests: 2 });
    expect(list.setAsideIds).toEqual([2, 217, 300]);
  });

  it('halves what is refused for lines that it does not have', async () => {
    const list = new ListOfPoints(points(8));
    const nameless: Answer = {
      ...REFUSED,
      badLines: [-1, 8, 0.5].map((index) => ({ index, words: '' })),
    };
    const isBad = (lines: readonly string[]) => lines.includes('line 7');
    await sendAll(list, (lines) => (isBad(lines) ? nameless : ACKNOWLEDGED));
    expect(list.setAsideIds).toEqual([7]);
  });

  it('sets nothing aside when the server accepts nothing, and gives up soon', async () => {
    const list = new ListOfPoints(points(5_000));
    const { sent, setAside, stop, requests } = await sendAll(list, () => REFUSED, {
      batchSize: 5_000,
    });
    expect({ sent, setAside, kind: stop?.kind }).toEqual({
      ...{ sent: 0, setAside: 0, kind: 'misconfigured' },
    });
    expect(list.setAsideIds).toEqual([]);
    expect(requests).toBeLessThan(50);
  });

  it('goes on past any number of bad records in a row, once the newest shows that they are to blame', async () => {
    const list = new ListOfPoints(points(400));
    const isBad = (line: string) => Number(line.split(' ')[1]) <= 100;
    const { sent, setAside } = await sendAll(list, (lines) =>
      lines.some(isBad) ? REFUSED : ACKNOWLEDGED,
    );
    expect({ sent, setAside }).toEqual({ sent: 300, setAside: 100 });
  });

  it('sets a suspect aside before it marks what comes after', async () => {
    const list = new ListOfPoints(points(2));
    const order: string[] = [];
    const watched: Points = {
      next: (limit) => list.next(limit),
      newest: () => list.newest(),
      acknowledge: () => order.push('acknowledge'),
      setAside: () => order.push('set aside'),
    };
    const send = (batch: readonly Point[]) =>
      Promise.resolve(batch.some(({ pointId }) => pointId === 1) ? REFUSED : ACKNOWLEDGED);
    await deliver(watched, { send, wait: NO_WAITING }, { batchSize: 100, isStuck: false }, silent);
    expect(order).toEqual(['set aside', 'acknowledge']);
  });

  it('sends smaller requests to a server that finds them too large, and goes on so', async () => {
    const list = new ListOfPoints(points(1_000));
    const sizes: number[] = [];
    const { sent } = await sendAll(
      list,
      (lines) => {
        sizes.push(lines.length);
        return lines.length > 120 ? TOO_LARGE : ACKNOWLEDGED;
      },
      { batchSize: 400 },
    );
    expect(sent).toBe(1_000);
    expect(sizes.filter((size) => size > 120).length).toBeLessThan(8);
    expect(sizes.at(-1)).toBeLessThanOrEqual(120);
  });

  it('does not take a batch for the last that is short because the server wants small ones', async () => {
    const all = points(60);
    const sizeOf = (line: string) => (Number(line.split(' ')[1]) <= 10 ? 100 : 10);
    const { sent } = await sendAll(
      new ListOfPoints(all),
      (lines) => {
        const bytes = lines.reduce((sum, line) => sum + sizeOf(line), 0);
        return lines.length > 8 || bytes > 100 ? TOO_LARGE : ACKNOWLEDGED;
      },
      { batchSize: 10 },
    );
    expect(sent).toBe(60);
  });

  it('says what stops it when the server has no time for the newest', async () => {
    const newest = 'line 5000';
    const { stop, setAside } = await sendAll(
      new ListOfPoints(points(5_000)),
      (lines) => (lines.length === 1 && lines[0] === newest ? LATER : REFUSED),
      { batchSize: 5_000 },
    );
    expect({ stop, setAside }).toEqual({ stop: LATER, setAside: 0 });
  });

  it('sets a single record aside that is too large by itself', async () => {
    const list = new ListOfPoints(points(3));
    const { setAside } = await sendAll(list, (lines) =>
      lines.includes('line 2') ? TOO_LARGE : ACKNOWLEDGED,
    );
    expect(setAside).toBe(1);
  });

  it('waits as a server asks to, and sends the same again', async () => {
    const waits: number[] = [];
    const busy = later({ retryAfterMs: 2_000 });
    const { sent } = await sendAll(
      new ListOfPoints(points(10)),
      (_, at) => (at < 3 ? busy : ACKNOWLEDGED),
      {
        wait: (ms?: number) => {
          waits.push(ms ?? 0);
          return Promise.resolve(true);
        },
      },
    );
    expect(sent).toBe(10);
    expect(waits).toEqual([2_000, 2_000]);
  });

  it('does not wait longer than a minute, nor for ever', async () => {
    const yes = () => Promise.resolve(true);
    const asking = (retryAfterMs: number) => later({ retryAfterMs });
    const long = await sendAll(new ListOfPoints(points(1)), () => asking(3_600_000), { wait: yes });
    expect(long.requests).toBe(1);
    const often = await sendAll(new ListOfPoints(points(1)), () => asking(1_000), { wait: yes });
    expect(often.requests).toBeLessThan(30);
    expect(often.stop?.kind).toBe('later');
  });
});

describe('a delivery whose first request is known to fail with 5xx', () => {
  const numberOf = (line: string) => Number(line.split(' ')[1]);
  const stuck = (list: ListOfPoints, answer: Parameters<typeof sendAll>[1], batchSize = 100) =>
    sendAll(list, answer, { batchSize, isStuck: true });

  it('sends the newest first, then sets aside what alone is answered so, and sends all else', async () => {
    const list = new ListOfPoints(points(400));
    const first: string[] = [];
    const { sent, setAside, stop } = await stuck(list, (lines) => {
      first.push(lines[0] ?? '');
      return lines.some((line) => numberOf(line) <= 30) ? SERVER_ERROR : ACKNOWLEDGED;
    });
    expect(first[0]).toBe('line 400');
    expect({ sent, setAside, stop }).toEqual({ sent: 370, setAside: 30, stop: undefined });
  });

  it('sets nothing aside of a server that answers so to the newest, too', async () => {
    const list = new ListOfPoints(points(400));
    const { sent, setAside, stop, requests } = await stuck(list, () => SERVER_ERROR);
    expect({ sent, setAside, stop }).toEqual({ sent: 0, setAside: 0, stop: SERVER_ERROR });
    expect(requests).toBe(2);
  });

  it('sets nothing aside of a server that fails in the middle', async () => {
    for (const dies of [4, 7, 12]) {
      const list = new ListOfPoints(points(400));
      const { setAside, stop } = await stuck(list, (lines, request) =>
        request > dies || lines.includes('line 1') ? SERVER_ERROR : ACKNOWLEDGED,
      );
      expect(list.setAsideIds.filter((id) => id > 1)).toEqual([]);
      expect(setAside).toBe(list.setAsideIds.length);
      expect(stop).toEqual(SERVER_ERROR);
    }
  });

  it('sets nothing aside of a server that failed after it had accepted what was on its way beside', async () => {
    const list = new ListOfPoints(points(12));
    // The newest; the first four, which it fails; the next four.
    const { setAside, stop } = await stuck(
      list,
      (_, request) => (request === 2 || request > 3 ? SERVER_ERROR : ACKNOWLEDGED),
      4,
    );
    expect(list.setAsideIds).toEqual([]);
    expect({ setAside, stop }).toEqual({ setAside: 0, stop: SERVER_ERROR });
  });
});

it('halves what is refused with 5xx, and keeps what waits for another where that is all', async () => {
  const refused: Answer = { kind: 'refused', words: 'partial write', status: 500 };
  const isBad = (lines: readonly string[]) => lines.includes('line 217');
  const list = new ListOfPoints(points(300));
  const all = await sendAll(list, (lines) => (isBad(lines) ? refused : ACKNOWLEDGED));
  expect(all).toMatchObject({ sent: 299, setAside: 1, stop: undefined });
  const alone = new ListOfPoints(points(3));
  const { setAside, stop } = await sendAll(alone, () => refused);
  expect({ setAside, stop }).toMatchObject({ setAside: 0, stop: { kind: 'later', status: 500 } });
});

/** A server that does anything, as lots are drawn, and keeps what it has stored by series and millisecond. */
class FaultyServer {
  readonly stored = new Map<string, string>();
  readonly faults: string[] = [];
  isWell = false;
  /** It accepts what it else refuses: what is bad, it has mended. */
  acceptsBad = false;

  constructor(
    private readonly lot: () => number,
    private readonly maxLines: number,
  ) {}

  answer(lines: readonly string[]): Answer {
    if (lines.length > this.maxLines) return TOO_LARGE;
    const isBad = (line: string) => !this.acceptsBad && isBadLine(line);
    const isOld = (line: string) => !this.acceptsBad && isOldLine(line);
    const bad = lines.filter(isBad);
    const fate = this.isWell ? 'answer' : this.#drawFate();
    if (fate === 'fail before') return this.lot() < 0.5 ? LATER : SERVER_ERROR;
    const good = lines.filter((line) => !isBad(line) && !isOld(line));
    for (const line of good) if (fate !== 'store some' || this.lot() < 0.5) this.#store(line);
    if (fate === 'lose answer' || fate === 'store some') return LATER;
    if (lines.some(isOld)) return SERVER_ERROR;
    if (bad.length === 0) return ACKNOWLEDGED;
    return this.lot() < 0.5 ? REFUSED : refuse(lines, bad.slice(0, 2));
  }

  #drawFate(): 'answer' | 'fail before' | 'store some' | 'lose answer' {
    const lot = this.lot();
    if (lot < 0.1) return 'fail before';
    if (lot < 0.2) return 'store some';
    return lot < 0.3 ? 'lose answer' : 'answer';
  }

  #store(line: string): void {
    const key = keyOf(line);
    const before = this.stored.get(key);
    if (before !== undefined && before !== line) this.faults.push(`${before} became ${line}`);
    this.stored.set(key, line);
  }
}

/** Refused with 400, and answered with 500. */
const BAD = 'bad';
const OLD = 'old';
const isOldLine = (line: string) => line.includes(`command="${OLD}"`);
const isBadLine = (line: string) => line.includes(`command="${BAD}"`);

class Killed extends Error {}

/** A run that may be killed before and after whatever it does to the journal. */
async function runOnce(
  db: Database.Database,
  server: FaultyServer,
  {
    lot,
    nowMs,
    retryRefused = false,
  }: { lot: () => number; nowMs: number; retryRefused?: boolean },
): Promise<Delivered | 'killed'> {
  const outbox = outboxOf(db, { nowMs: () => nowMs });
  const perilous = <T>(work: () => T): T => {
    if (!server.isWell && lot() < 0.06) throw new Killed();
    const result = work();
    if (!server.isWell && lot() < 0.06) throw new Killed();
    return result;
  };
  const perilousPoints = (of: Points): Points => ({
    next: (limit, acknowledged) => perilous(() => of.next(limit, acknowledged)),
    newest: () => perilous(() => of.newest()),
    acknowledge: (sent) => {
      perilous(() => {
        of.acknowledge(sent);
      });
    },
    setAside: (refusals) => {
      perilous(() => {
        of.setAside(refusals);
      });
    },
  });
  const supply = {
    ...perilousPoints(outbox),
    refused: () => perilousPoints(outbox.refused()),
  };
  /** Two that are on their way arrive and are answered in any order, also after a kill. */
  const travel = async () => {
    for (let turns = Math.floor(4 * lot()); turns > 0; turns -= 1) await setImmediate();
  };
  const send = async (batch: readonly Point[]) => {
    await travel();
    const answer = server.answer(linesOf(db, batch));
    await travel();
    return answer;
  };
  const options = { batchSize: 8, retryRefused, nowMs: () => nowMs };
  try {
    return await sendAllOf(db, supply, { send, wait: NO_WAITING }, options, silent);
  } catch (error) {
    if (error instanceof Killed) return 'killed';
    throw error;
  }
}

const someRecord = fc.record({
  uid: fc.integer({ min: 1_001, max: 1_003 }),
  endsAfter: fc.integer({ min: 1, max: 4 }),
  cpuMs: fc.integer({ min: 0, max: 1_000 }),
  command: fc.constantFrom('good', 'good', BAD, OLD),
  staysOpen: fc.boolean(),
});

describe('many deliveries to a server that fails anywhere, by runs that are killed anywhere', () => {
  it('bring every good record exactly once, each bad one into quarantine, also past requests that fail for hours, and never change a point', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(someRecord, { maxLength: 25 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (arrivals, maxLines, lots) => {
          await setImmediate();
          const lot = (): number => Number(lots.next().value);
          const server = new FaultyServer(lot, maxLines);
          const journal = journalOf([]);
          const { db } = journal;
          db.exec('INSERT INTO shipping_attempt (only, started_ms) VALUES (1, 0)');
          let nowMs = record().toMs;
          const run = (retryRefused = false) => {
            nowMs += server.isWell || lot() < 0.5 ? 2 * MS_PER_HOUR : 60_000;
            return runOnce(db, server, { lot, nowMs, retryRefused });
          };
          const all: TestRecord[] = [];
          let open: number[] = [];
          for (const arrival of arrivals) {
            for (const { uid, endsAfter, cpuMs, command, staysOpen } of arrival) {
              const toMs = record().fromMs + endsAfter;
              const pid = all.length + 1;
              const user = `user${uid}`;
              const one = record({ pid, uid, user, cpuMs, toMs, command });
              insertRecords(db, [one]);
              all.push(one);
              if (staysOpen) open.push(openOne(db));
            }
            await run(lot() < 0.3);
            if (lot() < 0.2) requeue(db, { kind: 'everything' });
            for (const creditId of open.slice(0, 1)) complete(db, creditId);
            open = open.slice(1);
            await run();
          }
          for (const creditId of open) complete(db, creditId);
          server.isWell = true;
          // One that is accepted shows that the server is right about those that it refuses.
          insertRecords(db, [record({ pid: 9_999, command: 'good' })]);
          // One shows what is stuck, one goes past it, one sends again what a server in trouble had refused.
          for (let runs = 0; runs < 4; runs += 1) await run();
          expect(server.faults).toEqual([]);
          const kept = db.prepare(
            `SELECT count(*) AS records, coalesce(sum(credit.cpu_ms), 0) AS cpuMs FROM credit
             JOIN name ON name_id = command_id WHERE name.name NOT IN (?, ?)`,
          );
          const sums = [...server.stored.values()].map((line) => /cpu_seconds=([^,]+)/.exec(line));
          const cpuMs = sums.reduce(
            (sum, match) => sum + Math.round(Number(match?.[1]) * 1_000),
            0,
          );
          expect({ records: server.stored.size, cpuMs }).toEqual(kept.get(BAD, OLD));
          const refused = db.prepare('SELECT count(*) FROM refusal').pluck().get();
          const bad = db.prepare(
            'SELECT count(*) FROM credit JOIN name ON name_id = command_id WHERE name.name IN (?, ?)',
          );
          expect(refused).toBe(bad.pluck().get(BAD, OLD));
          server.acceptsBad = true;
          requeue(db, { kind: 'everything' });
          await run(true);
          expect(server.faults).toEqual([]);
          const records = db.prepare('SELECT count(*) FROM credit').pluck().get();
          expect(server.stored.size).toBe(records);
          journal.remove();
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
