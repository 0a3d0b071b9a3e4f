import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CLI } from '../../test/cli.js';
import { NO_CONFIG } from './recorder.js';

const run = promisify(execFile);

interface ReportedUser {
  readonly uid: number;
  readonly cpuMs: number;
  readonly unseenCpuMs: number;
}

/** The part of `psusage report --format json` that benches read. */
interface Report {
  readonly users: readonly { uid: number; cpuSeconds: number; unseenCpuSeconds: number }[];
  readonly total: { readonly cpuSeconds: number };
}

export interface Reported {
  /** A row a user and day. */
  readonly users: readonly ReportedUser[];
  /** What the report itself says that its rows add up to. */
  readonly totalCpuMs: number;
}

/** Runs `psusage report` for each day of UTC from `fromMs` to `toMs`. */
export async function readReport(journal: string, fromMs: number, toMs: number): Promise<Reported> {
  const users: ReportedUser[] = [];
  let totalCpuMs = 0;
  const days = new Set([fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 10)));
  for (const day of days) {
    const args = ['--journal', journal, '--day', day, '--tz', 'UTC', '--format', 'json'];
    const { stdout } = await run(process.execPath, [CLI, 'report', ...args, ...NO_CONFIG]);
    const report = JSON.parse(stdout) as Report;
    totalCpuMs += report.total.cpuSeconds * 1000;
    for (const { uid, cpuSeconds, unseenCpuSeconds } of report.users) {
      users.push({ uid, cpuMs: cpuSeconds * 1000, unseenCpuMs: unseenCpuSeconds * 1000 });
    }
  }
  return { users, totalCpuMs };
}
