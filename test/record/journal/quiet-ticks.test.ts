import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournalReadOnly } from '../../../src/shared/journal/open-read-only.js';
import { plan } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';

test('ticks in which nothing moved write a heartbeat each ten seconds and nothing else', async () => {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: Date.UTC(2026, 5, 1, 12) });
  const idleFromAgeMs = 1_000;
  machine.bootMs = 60_000;
  machine.processes = Array.from({ length: 50 }, (_, at) =>
    plan({ pid: 100 + at, startMs: 370 * at, percent: at, idleFromAgeMs }),
  );
  machine.start();
  await machine.ticks(400);
  const reader = openJournalReadOnly(journalPath);
  const versions = new Set<unknown>();
  for (let i = 0; i < 60; i++) {
    await machine.tick();
    versions.add(reader.pragma('data_version', { simple: true }));
  }
  reader.close();
  machine.stop();
  expect(versions.size).toBeGreaterThanOrEqual(6);
  expect(versions.size).toBeLessThanOrEqual(7);
});
