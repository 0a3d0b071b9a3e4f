import {
  type DetailsQuery,
  makeHours,
  makeProcesses,
  makeUser,
} from '../../src/report/make-details.js';
import { makeMinute } from '../../src/report/make-minute.js';
import type { Terminal } from '../../src/report/terminal.js';
import { askedOf, named, NOW, SUNDAY, WIDE } from './asked.js';
import { JournalBuilder } from './journal.js';
import { insertRecords, type TestRecord } from './records.js';

const MIDNIGHT = Date.parse('2026-03-29T00:00:00+01:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const FOO = { uid: 1001, user: 'foo_com' };
const LONG = { uid: 1002, user: 'a-customer-with-a-long-name_si' };
const POOL = { program: 'php-fpm', command: 'php-fpm8.2' };

/** A record of ten minutes that begins so many minutes after midnight. */
function tenMinutes(pid: number, atMinute: number, fields: Partial<TestRecord>): TestRecord {
  const fromMs = MIDNIGHT + atMinute * MINUTE_MS;
  const span = { fromMs, toMs: fromMs + 10 * MINUTE_MS };
  return { pid, ...FOO, ...POOL, ...span, cpuMs: 60_000, ended: true, unseen: false, ...fields };
}

/** Two users at work, one of them since the day before, and a recorder that was down in the afternoon. */
export function workDay(): JournalBuilder {
  const journal = new JournalBuilder();
  const workers = Array.from({ length: 14 }, (_, at) =>
    tenMinutes(5_000 + at, 15 * (at % 4) + 60 * (at % 12), { cpuMs: 20_000 * (at + 1) }),
  );
  insertRecords(journal.db, [
    tenMinutes(4_000, -60, { cpuMs: 9_000, ended: false }),
    tenMinutes(4_000, 45, { cpuMs: 9_500, ended: false }),
    tenMinutes(4_000, 45, { cpuMs: 2_400, ended: false, unseen: true, command: '(unseen)' }),
    ...workers,
    tenMinutes(6_000, 600, {
      ...LONG,
      program: 'imagemagick-im6',
      command: 'convert-im6.q16',
      cpuMs: 1_170_000,
    }),
    tenMinutes(7_000, 610, {
      program: 'cron',
      command: 'sh',
      cpuMs: 300,
      toMs: MIDNIGHT + 611 * MINUTE_MS,
    }),
    tenMinutes(8_000, 1_350, { cpuMs: 45_000 }),
  ]);
  journal.db
    .prepare('UPDATE recorder_run SET last_tick_ms = ?, last_tick_boot_ms = 0, ended_ms = ?')
    .run(MIDNIGHT + 12 * HOUR_MS, MIDNIGHT + 12 * HOUR_MS);
  return journal.run({ from: '2026-03-29T20:15:00+02:00', to: '2026-03-30T12:00:00Z' });
}

const MAKERS = {
  user: makeUser,
  hours: makeHours,
  processes: makeProcesses,
  minute: makeMinute,
} as const;

export interface DetailsFields extends Partial<DetailsQuery> {
  view?: keyof typeof MAKERS;
  at?: string;
}

/** All about foo_com on Sunday 29 March 2026, the day of 23 hours in Ljubljana, unless other things are asked for. */
export function detailsText(
  journal: { path: string },
  { view = 'user', ...fields }: DetailsFields = {},
  terminal: Partial<Terminal> = {},
  nowMs = NOW,
): Promise<string> {
  const asked = { ...askedOf(journal), ...SUNDAY, user: named('foo_com') } as const;
  return MAKERS[view]({ ...asked, ...fields }, nowMs, { ...WIDE, ...terminal });
}

interface DetailsJson {
  vcpus: number | null;
  onlyUser: { user: string; uid: number } | null;
  users: { user: string; cpuSeconds: number; processes: number }[];
  programs: { program: string; cpuSeconds: number; processes: number }[];
  commands: { command: string; cpuSeconds: number; processes: number }[];
  lifecycles: {
    pid: number;
    user: string;
    uid: number;
    program: string;
    command: string;
    started: string;
    ended: string | null;
    durationSeconds: number;
    cpuPercent: number;
    estimated: boolean;
    cpuSeconds: number;
    unseenCpuSeconds: number;
  }[];
  others: { rows: number; cpuSeconds: number } | null;
  prunedUntil: string | null;
  hours: {
    from: string;
    utilSeconds: Record<string, number>;
    recordedSeconds: number;
    cpuSeconds: number | null;
    capacityPercent: number | null;
    recordedCapacityPercent: number | null;
  }[];
  calendar: { day: string; cpuSeconds: number | null }[];
  total: { cpuSeconds: number; processes: number; unseenCpuSeconds: number };
}

export async function detailsJson(
  journal: { path: string },
  fields: DetailsFields = {},
  nowMs = NOW,
): Promise<DetailsJson> {
  return (await detailsDocument(journal, fields, nowMs)) as DetailsJson;
}

/** Any of the views as JSON. */
export async function detailsDocument(
  journal: { path: string },
  fields: DetailsFields = {},
  nowMs = NOW,
): Promise<object> {
  return JSON.parse(await detailsText(journal, { ...fields, format: 'json' }, {}, nowMs)) as object;
}

/** What the processes of a day or a user have used, those that are not shown included, in ms. */
export function lifecyclesMs({ lifecycles, others }: DetailsJson): number {
  return sumMs([...lifecycles, ...(others === null ? [] : [others])]);
}

export function sumMs(rows: readonly { cpuSeconds: number | null }[]): number {
  return rows.reduce((sum, { cpuSeconds }) => sum + Math.round((cpuSeconds ?? 0) * 1_000), 0);
}
