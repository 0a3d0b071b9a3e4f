import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detailsJson, detailsText } from '../builders/details.js';
import { jsonOf, tableOf } from '../builders/report.js';
import { plan } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const MIDNIGHT = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;
const asked = { days: { kind: 'day', day: '2026-06-01' }, timeZone: 'UTC' } as const;

/** Half a vCPU of the machine is used all the time; it is recorded for twenty minutes, with hours between. */
async function recordedTwice(): Promise<{ path: string; nowMs: number }> {
  const path = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath: path, bootedMs: MIDNIGHT });
  machine.bootMs = HOUR_MS;
  machine.processes = [plan({ pid: 300, uid: 1001, comm: 'mysqld', percent: 50 })];
  machine.start();
  await machine.ticks(600);
  machine.stop();
  // Ten minutes into a quarter-hour, so that the gap ends within one.
  await machine.tick(6 * HOUR_MS);
  machine.start();
  await machine.ticks(600);
  machine.stop();
  return { path, nowMs: machine.wallMs };
}

test('what was spent while no recorder ran does not make the host busier than it was', async () => {
  const { path, nowMs } = await recordedTwice();
  const { total, users, coverage, vcpus } = await jsonOf({ path }, asked, nowMs);
  const usual = 50 / (vcpus ?? 0);
  expect(coverage.recordedSeconds).toBeLessThan(1_300);
  // Seven hours of half a vCPU, held against twenty minutes, would be many times the host.
  expect(total.cpuSeconds).toBeGreaterThan(3 * 3_600);
  expect(total.recordedCapacityPercent).toBeGreaterThan(usual * 0.95);
  expect(total.recordedCapacityPercent).toBeLessThan(usual * 1.05);
  expect(users?.[0]?.recordedCapacityPercent).toBe(total.recordedCapacityPercent);
  expect(await tableOf({ path }, asked, {}, nowMs)).toMatch(/busy on average while recorded/);
});

test('hours have their share of what was recorded of them, and none where nothing was', async () => {
  const { path, nowMs } = await recordedTwice();
  const view = { ...asked, view: 'hours', user: undefined } as const;
  const { hours, vcpus } = await detailsJson({ path }, view, nowMs);
  const shares = hours.map((hour) => hour.recordedCapacityPercent);
  expect(shares[2]).toBeNull();
  for (const share of [shares[1], shares[7]]) {
    expect(share).toBeGreaterThan((50 / (vcpus ?? 0)) * 0.9);
    expect(share).toBeLessThan((50 / (vcpus ?? 0)) * 1.1);
  }
  expect(await detailsText({ path }, view, {}, nowMs)).toMatch(/^03:00 +30\.0 +estimated /m);
});
