import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from './cli.js';
import { plan } from './simulation/kernel.js';
import { SimulatedMachine } from './simulation/machine.js';
import { temporaryFolder } from './temporary-folder.js';

interface ReportJson {
  from: string;
  to: string;
  capacityUtilSeconds: number;
  hours: unknown[];
  users: { cpuSeconds: number; processes: number }[];
}

test.each([
  { day: '2026-03-29', midnightMs: Date.UTC(2026, 2, 28, 23), hours: 23 },
  { day: '2026-10-25', midnightMs: Date.UTC(2026, 9, 24, 22), hours: 25 },
])(
  '$day in Ljubljana has $hours hours, and what was used on both sides of its midnights is on its own day',
  async ({ day, midnightMs, hours }) => {
    const journalPath = join(temporaryFolder(), 'psusage.db');
    const machine = new SimulatedMachine({ journalPath, bootedMs: midnightMs - 10_000 });
    machine.processes = [plan({ startMs: 0, percent: 50 })];
    machine.start();
    await machine.ticks(20);
    machine.suspend((hours * 3_600 - 20) * 1_000);
    await machine.ticks(20);
    machine.stop();

    const args = ['report', '--journal', journalPath, '--day', day, '--tz', 'Europe/Ljubljana'];
    const run = startCli([...args, '--format', 'json'], { TZ: 'America/New_York' });
    expect(await run.ended).toBe(0);
    const report = JSON.parse(run.stdout()) as ReportJson;
    expect(new Date(report.from).getTime()).toBe(midnightMs);
    expect(new Date(report.to).getTime()).toBe(midnightMs + hours * 3_600_000);
    expect(report.capacityUtilSeconds).toBe(2 * hours * 360_000);
    expect(report.hours).toHaveLength(hours);
    const [user] = report.users;
    expect(user?.processes).toBe(1);
    expect(Math.abs((user?.cpuSeconds ?? 0) - hours * 1_800)).toBeLessThan(1.1);
  },
);
