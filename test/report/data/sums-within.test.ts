import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SUMS_WITHIN, toSumsParameters } from '../../../src/report/data/sums-within.js';
import { prepareSums } from '../../../src/report/data/usage.js';
import { toPeriod, type Span } from '../../../src/shared/days.js';
import { MS_PER_DAY, QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { JournalBuilder } from '../../builders/journal.js';
import { WRONG_DAYS } from '../../invariants.js';

const DAYS = 4;
const QUARTERS = (DAYS * MS_PER_DAY) / QUARTER_HOUR_MS;
const FROM_MS = Date.UTC(2026, 2, 27);

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder().user(1001, 'foo_com').user(1002, 'bar_org');
});
afterEach(() => {
  journal.remove();
});

const anyQuarter = fc.nat(QUARTERS - 1);
const anyChange = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'delete', 'prune'),
  quarter: anyQuarter,
  uid: fc.constantFrom(1001, 1002),
  cpuMs: fc.nat(1_000),
  unseenCpuMs: fc.nat(1_000),
  started: fc.nat(3),
  uncertainMs: fc.nat(20),
});

type Change = typeof anyChange extends fc.Arbitrary<infer Each> ? Each : never;

function at(quarter: number): number {
  return FROM_MS + quarter * QUARTER_HOUR_MS;
}

function write({ kind, quarter, uid, ...sums }: Change): void {
  const quarterMs = at(quarter);
  if (kind === 'delete') {
    journal.db
      .prepare('DELETE FROM usage WHERE quarter_ms = ? AND user_id = ?')
      .run(quarterMs, uid);
  } else if (kind === 'prune') {
    journal.db.prepare('DELETE FROM usage WHERE quarter_ms < ?').run(at(quarter / 8));
  } else {
    const cpuMs = sums.cpuMs + sums.unseenCpuMs;
    journal.usage({ at: new Date(quarterMs).toISOString(), uid, ...sums, cpuMs });
    const more = journal.db.prepare('UPDATE usage SET uncertain_ms = ? WHERE quarter_ms = ?');
    more.run(sums.uncertainMs, quarterMs);
  }
}

const SUMS = `user_id, sum(cpu_ms), sum(unseen_cpu_ms), sum(started), sum(uncertain_ms)`;

function readWithin(span: Span): unknown[] {
  return journal.db
    .prepare(
      `SELECT ${SUMS}, sum(quarters) AS quarters FROM (${SUMS_WITHIN}) GROUP BY user_id HAVING sum(quarters) > 0`,
    )
    .all(toSumsParameters(span));
}

function sumQuarters(span: Span): unknown[] {
  return journal.db
    .prepare(
      `SELECT ${SUMS}, count(*) AS quarters FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs GROUP BY user_id`,
    )
    .all(span);
}

function sumSpent(span: Span): Map<unknown, unknown> {
  const spent = journal.db.prepare<Span, [userId: number, cpuMs: number]>(
    `SELECT user_id, cpu_ms FROM usage WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs ORDER BY user_id`,
  );
  const sums = new Map<number, number>();
  for (const [userId, cpuMs] of spent.raw().all(span)) {
    if (cpuMs > 0) sums.set(userId, (sums.get(userId) ?? 0) + cpuMs);
  }
  return sums;
}

it('any stretch has the sums of its quarter-hours, whatever was added, changed or deleted', () => {
  const anyEnds = fc.tuple(anyQuarter, anyQuarter).map((ends) => ends.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 60 }), anyEnds, (changes, [from, to]) => {
      journal.db.exec('DELETE FROM usage');
      journal.db.transaction(() => {
        for (const change of changes) write(change);
      })();
      expect(journal.db.prepare(WRONG_DAYS).all()).toEqual([]);
      const span = { fromMs: at(from), toMs: at(to) };
      expect(readWithin(span)).toEqual(sumQuarters(span));
      expect(prepareSums(journal.db, 'user')(span)).toEqual(sumSpent(span));
    }),
  );
});

it.each([
  ['UTC', 0],
  ['Europe/Ljubljana', 4 + 8],
  ['Asia/Kathmandu', 2 * 23],
  ['America/St_Johns', 2 * 10],
  ['Pacific/Auckland', 2 * 44],
])('a day in %s is read from a day of UTC and %i quarter-hours', (zone, quarters) => {
  const day = toPeriod('2026-03-29', '2026-03-29', zone);
  const { firstDayMs, endDayMs, startFromMs, startToMs, endFromMs, endToMs } =
    toSumsParameters(day);
  expect(endDayMs - firstDayMs).toBe(MS_PER_DAY);
  expect(startToMs - startFromMs + endToMs - endFromMs).toBe(quarters * QUARTER_HOUR_MS);
});
