import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { readUserQuarters } from '../../../src/report/data/quarters.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { JournalBuilder } from '../../builders/journal.js';

const QUARTERS = 12;
const FROM_MS = Date.UTC(2026, 2, 27);

const anySum = fc.record({
  quarter: fc.nat(QUARTERS - 1),
  uid: fc.constantFrom(1001, 1002),
  command: fc.constantFrom('a', 'b', 'c'),
  cpuMs: fc.nat(1_000),
});

it('adds up what all commands of a user spent, in each quarter-hour in which one ran', () => {
  const journal = new JournalBuilder().user(1001, 'foo_com').user(1002, 'bar_org');
  onTestFinished(() => {
    journal.remove();
  });
  const anyEnds = fc
    .tuple(fc.nat(QUARTERS), fc.nat(QUARTERS))
    .map((ends) => ends.sort((a, b) => a - b));
  const anyUsers = fc.constantFrom<number[] | null>(null, [1001], [1001, 1002], []);
  fc.assert(
    fc.property(
      fc.array(anySum, { maxLength: 60 }),
      anyEnds,
      anyUsers,
      (sums, [from, to], users) => {
        journal.db.exec('DELETE FROM usage');
        journal.db.transaction(() => {
          for (const { quarter, ...sum } of sums) {
            const at = new Date(FROM_MS + quarter * QUARTER_HOUR_MS).toISOString();
            journal.usage({ at, ...sum });
          }
        })();
        const expected = new Map<number, Map<number, number>>();
        for (let quarter = from; quarter < to; quarter += 1) {
          for (const { uid, cpuMs } of sums.filter((sum) => sum.quarter === quarter)) {
            if (users !== null && !users.includes(uid)) continue;
            const spent = expected.get(uid) ?? new Map<number, number>();
            expected.set(uid, spent.set(quarter - from, (spent.get(quarter - from) ?? 0) + cpuMs));
          }
        }
        const within = {
          fromMs: FROM_MS + from * QUARTER_HOUR_MS,
          toMs: FROM_MS + to * QUARTER_HOUR_MS,
        };
        const read = readUserQuarters(journal.db, within, users);
        expect(new Map(read.map(({ uid, at, cpuMs }) => [uid, { at, cpuMs }]))).toEqual(
          new Map(
            [...expected].map(([uid, spent]) => [
              uid,
              { at: [...spent.keys()], cpuMs: [...spent.values()] },
            ]),
          ),
        );
      },
    ),
  );
});
