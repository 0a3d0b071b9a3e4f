import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sumRanges, measureRoomMs, withRanges } from '../../../src/report/models/spent.js';

const HOUR_MS = 3_600_000;
const ASKED = { fromMs: 0, toMs: 24 * HOUR_MS };

const anyRows = fc.array(fc.record({ cpuMs: fc.nat(100_000), uncertainMs: fc.nat(500_000) }));

it('a figure is in its range, which reaches neither below nothing nor further than what is known of it', () => {
  fc.assert(
    fc.property(anyRows, fc.nat(5_000_000), (rows, roomMs) => {
      for (const { cpuMs, uncertainMs, range } of withRanges(rows, roomMs)) {
        expect(range.leastMs).toBe(Math.max(0, cpuMs - uncertainMs));
        expect(range.mostMs).toBeGreaterThanOrEqual(cpuMs);
        expect(range.mostMs).toBeLessThanOrEqual(cpuMs + uncertainMs);
      }
    }),
  );
});

it('with what is certain of the others it fits the room, where the figures themselves do', () => {
  fc.assert(
    fc.property(anyRows, fc.nat(1_000_000), (rows, spareMs) => {
      const spentMs = rows.reduce((all, { cpuMs }) => all + cpuMs, 0);
      const roomMs = spentMs + spareMs;
      const ranged = withRanges(rows, roomMs);
      const certainMs = ranged.reduce((all, { range }) => all + range.leastMs, 0);
      for (const { range } of ranged) {
        expect(range.mostMs + certainMs - range.leastMs).toBeLessThanOrEqual(roomMs);
      }
      const all = sumRanges(ranged, roomMs);
      expect(all.leastMs).toBe(certainMs);
      expect(all.mostMs).toBeGreaterThanOrEqual(spentMs);
      expect(all.mostMs).toBeLessThanOrEqual(roomMs);
    }),
  );
});

it('a real CPU time that the host can have used stays in the range', () => {
  const anyTruth = fc.array(
    fc.record({ trueMs: fc.nat(1_000), cpuMs: fc.nat(1_000), slackMs: fc.nat(50) }),
  );
  fc.assert(
    fc.property(anyTruth, (rows) => {
      const roomMs = rows.reduce((all, { trueMs }) => all + trueMs, 0);
      const known = rows.map(({ trueMs, cpuMs, slackMs }) => ({
        ...{ trueMs, cpuMs },
        uncertainMs: Math.abs(trueMs - cpuMs) + slackMs,
      }));
      for (const { trueMs, range } of withRanges(known, roomMs)) {
        expect(range.leastMs).toBeLessThanOrEqual(trueMs);
        expect(range.mostMs).toBeGreaterThanOrEqual(trueMs);
      }
    }),
  );
});

it('the room is what the vCPUs can do from the first sample to the last, gaps included', () => {
  const runs = [
    { vcpus: 2, steps: [] },
    { vcpus: 4, steps: [] },
  ];
  const sampled = { fromMs: 2 * HOUR_MS, toMs: 5 * HOUR_MS };
  expect(measureRoomMs(runs, sampled, ASKED)).toBe(4 * 3 * HOUR_MS);
  expect(measureRoomMs(runs, { fromMs: -HOUR_MS, toMs: 48 * HOUR_MS }, ASKED)).toBe(
    4 * 24 * HOUR_MS,
  );
  expect(measureRoomMs([], sampled, ASKED)).toBe(0);
  const steps = [{ beforeMs: 0, afterMs: HOUR_MS }];
  expect(measureRoomMs([{ vcpus: 2, steps }], sampled, ASKED)).toBe(2 * 24 * HOUR_MS);
});
