import { type FitQuery, makeFit } from '../../src/report/make-fit.js';
import { type LedgerQuery, makeLedger } from '../../src/report/make-ledger.js';
import type { Terminal } from '../../src/report/terminal.js';
import { askedOf, NOW, WIDE } from './asked.js';
import { JournalBuilder } from './journal.js';

const MINUTES_PER_QUARTER = 15;
const CPU_MS_PER_CREDIT = 60_000;

/** Spends credits evenly over a time that begins and ends at quarter-hours. */
export function spend(
  journal: JournalBuilder,
  uid: number,
  { from, minutes, credits }: { from: string; minutes: number; credits: number },
): JournalBuilder {
  const quarters = minutes / MINUTES_PER_QUARTER;
  const cpuMs = (credits * CPU_MS_PER_CREDIT) / quarters;
  for (let at = 0; at < quarters; at += 1) {
    const ms = Date.parse(from) + at * MINUTES_PER_QUARTER * 60_000;
    journal.usage({ at: new Date(ms).toISOString(), uid, cpuMs, started: 1 });
  }
  return journal;
}

/** Three days of three users: one beyond its baseline, one now and then, one that sleeps; with a gap. */
export function threeDays(): JournalBuilder {
  const journal = new JournalBuilder()
    .run({ from: '2026-03-27T22:00:00Z', to: '2026-03-30T22:00:00Z' })
    .gap('2026-03-29T08:00:00Z', '2026-03-29T08:20:00Z')
    .user(0, 'root')
    .user(1001, 'foo_com')
    .user(1002, 'a-customer-with-a-long-name_si')
    .user(1003, 'bar_org');
  for (const day of ['2026-03-28', '2026-03-29', '2026-03-30']) {
    spend(journal, 1002, { from: `${day}T06:00:00Z`, minutes: 600, credits: 540 });
    spend(journal, 1001, { from: `${day}T12:00:00Z`, minutes: 90, credits: 66 });
    spend(journal, 0, { from: `${day}T01:00:00Z`, minutes: 15, credits: 2.5 });
  }
  return spend(journal, 1003, { from: '2026-03-30T09:00:00Z', minutes: 15, credits: 0.003 });
}

/** The ledger of the last recorded day. */
export async function ledgerOf(
  journal: JournalBuilder,
  fields: Partial<LedgerQuery> = {},
  terminal: Partial<Terminal> = {},
  nowMs = NOW,
): Promise<string> {
  const days = { kind: 'day', day: '2026-03-30' } as const;
  const asked = {
    ...{ ...askedOf(journal), ...TERMS, days },
    ...{ timeZone: 'UTC', user: undefined },
  } as const;
  return makeLedger({ ...asked, ...fields }, nowMs, { ...WIDE, ...terminal });
}

const TERMS = { baselinePercent: 20, mode: 'standard' } as const;

export async function fitOf(
  journal: JournalBuilder,
  fields: Partial<FitQuery> = {},
  terminal: Partial<Terminal> = {},
): Promise<string> {
  const asked = { ...askedOf(journal), days: undefined, timeZone: 'UTC', force: true } as const;
  return makeFit({ ...asked, ...fields }, NOW, { ...WIDE, ...terminal });
}
