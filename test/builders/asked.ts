import type { PeriodOptions } from '../../src/report/data/period.js';
import { ONE_VCPU } from '../../src/report/models/budgets.js';
import type { UserFilter } from '../../src/report/user-filter.js';
import type { Terminal } from '../../src/report/terminal.js';

/** Two days after Sunday 29 March 2026, the day of 23 hours in Ljubljana. */
export const NOW = Date.parse('2026-03-31T10:00:00Z');

/** One that cuts nothing off. */
export const WIDE: Terminal = { columns: 100, colour: false };

/** What every view of a journal is asked for, unless a test asks for something else. */
export function askedOf({ path }: { path: string }) {
  return {
    journal: path,
    host: 'named-by-option',
    at: undefined,
    format: 'table',
    sort: 'credits',
    top: undefined,
    verbose: false,
    budgets: { others: ONE_VCPU, own: [] },
  } as const;
}

export function named(text: string): UserFilter {
  return { kind: 'named', text };
}

/** So many days, the last of which is today. */
export function lastDays(days: number): PeriodOptions {
  return { kind: 'last', days };
}

/** That Sunday. */
export const SUNDAY = {
  days: { kind: 'day', day: '2026-03-29' },
  timeZone: 'Europe/Ljubljana',
} as const;
