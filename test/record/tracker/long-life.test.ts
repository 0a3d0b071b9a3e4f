import { expect, test } from 'vitest';
import { emptyState } from '../../../src/record/tracker/state.js';
import { observe } from '../../../src/record/tracker/tracker.js';
import { plan, simulatedPs } from '../../simulation/kernel.js';

const DAY_MS = 86_400_000;
const STEP_MS = 600_000;
const BOOTED_MS = Date.UTC(2026, 0, 1);

test('a process that lives across 200 days is charged each day what it used that day', () => {
  const server = plan({ startMs: 1_000, percent: 3.7 });
  const selection = { programs: [], forks: true, users: new Set<string>(), recorderPid: 4242 };
  let state = emptyState(BOOTED_MS, { process: 1, credit: 1 });
  const chargedMs = new Map<number, number>();
  const records = new Map<number, { state: string; cpuMs: number }>();
  for (let bootMs = 2_000; bootMs < 200 * DAY_MS; bootMs += STEP_MS) {
    const at = { anchorMs: BOOTED_MS, afterGap: false };
    const next = observe(state, simulatedPs([server], bootMs), at, selection);
    state = next.state;
    for (const credit of next.changes.credits) {
      expect(records.get(credit.creditId)?.state).not.toBe('complete');
      records.set(credit.creditId, credit);
    }
    for (const { quarterMs, cpuMs } of next.changes.usage) {
      const day = Math.floor((quarterMs - BOOTED_MS) / DAY_MS);
      chargedMs.set(day, (chargedMs.get(day) ?? 0) + cpuMs);
    }
  }
  expect(state.lifecycles.size).toBe(1);
  expect(chargedMs.size).toBe(200);
  for (const [day, ms] of chargedMs) {
    const wholeDay = day === 199 ? DAY_MS - STEP_MS : DAY_MS;
    expect(Math.abs(ms - wholeDay * 0.037)).toBeLessThan(1_100 + STEP_MS * 0.037);
  }
  const total = [...records.values()].reduce((sum, each) => sum + each.cpuMs, 0);
  expect(Math.abs(total - 200 * DAY_MS * 0.037)).toBeLessThan(1_100 + STEP_MS * 0.037);
});
