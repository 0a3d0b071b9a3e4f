import { makePage, type PageQuery } from '../../src/report/make-page.js';
import { askedOf, NOW, SUNDAY } from './asked.js';
import { JournalBuilder } from './journal.js';

const FIRST_DAY = Date.parse('2026-02-20T00:00:00Z');
const DAYS = 39;
const TERMS = { withLedger: false, baselinePercent: 20, mode: 'standard' } as const;
const MS_PER_HOUR = 3_600_000;

/** The page of Sunday 29 March 2026, the day of 23 hours in Ljubljana. */
export async function pageOf(
  journal: { path: string },
  fields: Partial<PageQuery> = {},
  nowMs = NOW,
): Promise<string> {
  const asked = { ...askedOf(journal), ...SUNDAY, ...TERMS, user: undefined } as const;
  return makePage({ ...asked, ...fields }, nowMs);
}

/** Weeks of users who are busy at other hours each, with a gap on the last day. */
export function busyJournal(names: readonly string[]): JournalBuilder {
  const journal = new JournalBuilder()
    .run({ from: '2026-02-20T00:00:00Z', to: '2026-03-31T10:00:00Z' })
    .gap('2026-03-29T10:00:00Z', '2026-03-29T11:30:00Z', 'suspended');
  for (const [at, name] of names.entries()) journal.user(1_001 + at, name);
  journal.db.transaction(() => {
    for (let hour = 0; hour < DAYS * 24; hour += 3) {
      for (const at of names.keys()) {
        const cpuMs = 60_000 * (((hour * (at + 3)) % 7) + (at === 0 ? 30 : 1));
        const moment = new Date(FIRST_DAY + hour * MS_PER_HOUR).toISOString();
        journal.usage({ at: moment, uid: 1_001 + at, cpuMs, started: 1 });
      }
    }
  })();
  return journal.close();
}
