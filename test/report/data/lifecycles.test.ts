import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { someRecords } from '../../builders/some-records.js';
import { readHours } from '../../../src/report/data/hours.js';
import { readLifecycles } from '../../../src/report/data/lifecycles.js';
import { toPeriod } from '../../../src/shared/days.js';
import { MS_PER_MINUTE } from '../../../src/shared/units.js';

const USERS = 3;
const HOURS = 2;
const ZONES = ['UTC', 'Europe/Ljubljana', 'Asia/Kathmandu'];

it('the processes of the minutes of an hour add up to its sum, to the millisecond, for each user', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...ZONES), (seed, timeZone) => {
      const journal = new JournalBuilder();
      const fromMs = Date.parse('2026-03-29T00:00:00Z');
      const records = someRecords({ count: 200, users: USERS, seed, fromMs, hours: HOURS });
      // Whole vCPUs, so that no part of a record has to be rounded.
      const whole = records.map((each) => ({
        ...each,
        cpuMs: (each.toMs - each.fromMs) * (1 + (each.pid % USERS)),
      }));
      insertRecords(journal.db, whole);
      const day = toPeriod('2026-03-29', '2026-03-29', timeZone);
      const hours = readHours(journal.db, 'user', day, null);
      const used = hours.flatMap(({ fromMs, cpuMs }) =>
        [...cpuMs].map(([id, ms]) => ({ fromMs, id, ms })),
      );
      expect(used.length).toBeGreaterThanOrEqual(HOURS);
      for (const { fromMs, id, ms } of used) {
        let minutesMs = 0;
        for (let minute = 0; minute < 60; minute += 1) {
          const startMs = fromMs + minute * MS_PER_MINUTE;
          const within = { fromMs: startMs, toMs: startMs + MS_PER_MINUTE };
          minutesMs += readLifecycles(journal.db, within, [id], 1).cpuMs;
        }
        expect(minutesMs).toBe(ms);
      }
      journal.remove();
    }),
    { numRuns: 5 },
  );
});
