import { ONE_VCPU } from '../../src/report/budget/amount.js';
import { type DrillRequest, makeDrill } from '../../src/report/drill/make-drill.js';
import type { Terminal } from '../../src/report/terminal.js';
import type { JournalBuilder } from './journal.js';
import { NOW } from './report.js';

/** All about foo_com on Sunday 29 March 2026, the day of 23 hours in Ljubljana, unless other things are asked for. */
export function drillText(
  journal: JournalBuilder,
  fields: Partial<DrillRequest> = {},
  terminal: Partial<Terminal> = {},
  nowMs = NOW,
): Promise<string> {
  const request: DrillRequest = {
    journal: journal.path,
    host: 'named-by-option',
    kind: 'user',
    days: { kind: 'day', day: '2026-03-29' },
    timeZone: 'Europe/Ljubljana',
    format: 'table',
    sort: 'credits',
    top: undefined,
    verbose: false,
    budgets: { others: ONE_VCPU, own: [] },
    user: 'foo_com',
    ...fields,
  };
  return makeDrill(request, nowMs, { columns: 100, colour: false, ...terminal });
}

interface DrillJson {
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
  hours: {
    from: string;
    utilSeconds: Record<string, number>;
    recordedSeconds: number;
    cpuSeconds: number | null;
    capacityPercent: number | null;
  }[];
  calendar: { day: string; cpuSeconds: number | null }[];
  total: { cpuSeconds: number; processes: number; unseenCpuSeconds: number };
}

export async function drillJson(
  journal: JournalBuilder,
  fields: Partial<DrillRequest> = {},
  nowMs = NOW,
): Promise<DrillJson> {
  return JSON.parse(
    await drillText(journal, { ...fields, format: 'json' }, {}, nowMs),
  ) as DrillJson;
}

/** What the processes of a day or a user have used, those that are not shown included, in ms. */
export function lifecyclesMs({ lifecycles, others }: DrillJson): number {
  return sumMs([...lifecycles, ...(others === null ? [] : [others])]);
}

export function sumMs(rows: readonly { cpuSeconds: number | null }[]): number {
  return rows.reduce((sum, { cpuSeconds }) => sum + Math.round((cpuSeconds ?? 0) * 1_000), 0);
}
