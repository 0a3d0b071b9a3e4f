import { type DayQuery, makeDay } from '../../src/report/make-day.js';
import { type FleetQuery, makeFleetFrom } from '../../src/report/make-fleet.js';
import type { Terminal } from '../../src/report/terminal.js';
import type { Connection } from '../../src/shared/influx/connection.js';
import { askedOf, NOW, SUNDAY, WIDE } from './asked.js';
import type { JournalBuilder } from './journal.js';

const ALL_USERS = { by: 'user', user: undefined, check: undefined } as const;

/** What a report on that Sunday is asked for. */
function queryOf(journal: { path: string }, fields: Partial<DayQuery> = {}): DayQuery {
  return { ...askedOf(journal), ...SUNDAY, ...ALL_USERS, ...fields };
}

export async function tableOf(
  journal: { path: string },
  fields: Partial<DayQuery> = {},
  terminal: Partial<Terminal> = {},
  nowMs = NOW,
): Promise<string> {
  const { text } = await makeDay(queryOf(journal, fields), nowMs, { ...WIDE, ...terminal });
  return text;
}

export async function csvOf(
  journal: JournalBuilder,
  fields: Partial<DayQuery> = {},
): Promise<string[]> {
  const { text } = await makeDay(queryOf(journal, { format: 'csv', ...fields }), NOW, WIDE);
  return text.trimEnd().split('\n');
}

interface JsonRow {
  user?: string;
  uid?: number;
  program?: string;
  command?: string;
  host?: string;
  processes: number;
  cpuSeconds: number;
  utilSeconds: number;
  credits: number;
  unseenCpuSeconds: number;
  budgetUtilSeconds: number;
  budgetPercent: number;
  projectedBudgetPercent: number | null;
  capacityPercent: number | null;
  recordedCapacityPercent: number | null;
}

export interface JsonReport {
  schema: number;
  source: string;
  host: string | null;
  hostNames: string[];
  from: string;
  to: string;
  timeZone: string;
  vcpus: number | null;
  utilSecondsPerVcpuDay: number;
  capacityUtilSeconds: number | null;
  coverage: { recordedSeconds: number; gapSeconds: number; gaps: number; complete: boolean };
  renamedUsers: { uid: number; names: string[] }[];
  runs: { from: string; to: string; running: boolean }[];
  users?: JsonRow[];
  programs?: JsonRow[];
  commands?: JsonRow[];
  hosts?: JsonRow[];
  others: (Omit<JsonRow, 'budgetUtilSeconds' | 'budgetPercent'> & { rows: number }) | null;
  hours: { from: string; utilSeconds: Record<string, number> }[];
  total: Omit<JsonRow, 'budgetUtilSeconds' | 'budgetPercent'>;
}

export async function jsonOf(
  journal: { path: string },
  fields: Partial<DayQuery> = {},
  nowMs = NOW,
): Promise<JsonReport> {
  const { text } = await makeDay(queryOf(journal, { format: 'json', ...fields }), nowMs, WIDE);
  return JSON.parse(text) as JsonReport;
}

/** The report of all hosts that ship to a server. */
export async function fleetReportOf(
  connection: Connection,
  fields: Partial<FleetQuery> = {},
  terminal: Partial<Terminal> = {},
): Promise<string> {
  const query = { ...askedOf({ path: '' }), ...SUNDAY, ...ALL_USERS } as const;
  const { text } = await makeFleetFrom(connection, { ...query, ...fields }, NOW, {
    ...WIDE,
    ...terminal,
  });
  return text;
}

export async function fleetJsonOf(
  connection: Connection,
  fields: Partial<FleetQuery> = {},
): Promise<JsonReport> {
  return JSON.parse(await fleetReportOf(connection, { ...fields, format: 'json' })) as JsonReport;
}
