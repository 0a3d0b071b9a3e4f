import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CLI, NO_CONFIG } from './recorder.js';

const run = promisify(execFile);

/** What a report says of a user; of the whole when it is the total. */
interface ReportedUser {
  readonly user: string;
  readonly uid: number;
  readonly processes: number;
  readonly cpuMs: number;
  readonly unseenCpuMs: number;
}

export interface Reported {
  readonly users: readonly ReportedUser[];
  /** What the report itself says that its rows add up to. */
  readonly totalCpuMs: number;
  readonly gaps: number;
  readonly gapSeconds: number;
}

/**
 * Runs `psusage report --format json` for each local day from `fromMs` to `toMs`, and adds the days
 * up; a process that lived in two of them counts twice.
 */
export async function readReport(journal: string, fromMs: number, toMs: number): Promise<Reported> {
  const days: Reported[] = [];
  for (const day of localDays(fromMs, toMs)) {
    const args = ['report', '--journal', journal, '--day', day, '--format', 'json', ...NO_CONFIG];
    const { stdout } = await run(process.execPath, [CLI, ...args]);
    days.push(parseReport(JSON.parse(stdout)));
  }
  return days.reduce(addReports);
}

/** @throws when it is not of the documented shape */
function parseReport(json: unknown): Reported {
  const report = asObject(json, 'report');
  const users = report['users'];
  const coverage = asObject(report['coverage'], 'coverage');
  if (!Array.isArray(users)) throw new Error('the report has no users');
  return {
    users: users.map((user: unknown) => parseUser(asObject(user, 'user'))),
    totalCpuMs: asNumber(asObject(report['total'], 'total'), 'cpuSeconds') * 1000,
    gaps: asNumber(coverage, 'gaps'),
    gapSeconds: asNumber(coverage, 'gapSeconds'),
  };
}

function parseUser(row: Record<string, unknown>): ReportedUser {
  return {
    user: String(row['user']),
    uid: asNumber(row, 'uid'),
    processes: asNumber(row, 'processes'),
    cpuMs: asNumber(row, 'cpuSeconds') * 1000,
    unseenCpuMs: asNumber(row, 'unseenCpuSeconds') * 1000,
  };
}

function addReports(a: Reported, b: Reported): Reported {
  const users = new Map(a.users.map((user) => [user.uid, user]));
  for (const user of b.users) {
    const before = users.get(user.uid);
    users.set(user.uid, {
      ...user,
      processes: user.processes + (before?.processes ?? 0),
      cpuMs: user.cpuMs + (before?.cpuMs ?? 0),
      unseenCpuMs: user.unseenCpuMs + (before?.unseenCpuMs ?? 0),
    });
  }
  return {
    users: [...users.values()],
    totalCpuMs: a.totalCpuMs + b.totalCpuMs,
    gaps: a.gaps + b.gaps,
    gapSeconds: a.gapSeconds + b.gapSeconds,
  };
}

/** The local dates, as `YYYY-MM-DD`, of both moments. */
function localDays(fromMs: number, toMs: number): string[] {
  const dates = [fromMs, toMs].map((ms) => {
    const date = new Date(ms);
    const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
    return parts.map((part) => String(part).padStart(2, '0')).join('-');
  });
  return [...new Set(dates)];
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`${what} is no JSON object`);
  return value as Record<string, unknown>;
}

function asNumber(object: Record<string, unknown>, key: string): number {
  const value = object[key];
  if (typeof value !== 'number') throw new Error(`${key} is no number`);
  return value;
}
