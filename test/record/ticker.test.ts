import { expect, test } from 'vitest';
import { Ticker } from '../../src/record/ticker.js';

const NEVER = new AbortController().signal;

const BEAT_MS = 1_000;

/** A clock that stands still between the moments that a test sets. */
class SetClock {
  nowMs = 5_000;
  readonly read = () => this.nowMs;
}

async function waitedMs(ticker: Ticker): Promise<number> {
  const startMs = performance.now();
  await ticker.wait();
  return performance.now() - startMs;
}

test('keeps its beat, however long each tick took', async () => {
  const clock = new SetClock();
  const ticker = new Ticker(BEAT_MS, NEVER, Infinity, clock.read);
  clock.nowMs = 5_990;
  expect(await waitedMs(ticker)).toBeLessThan(BEAT_MS);
  // The wait ended late: the next mark is at 7,000 all the same.
  clock.nowMs = 6_980;
  const waited = await waitedMs(ticker);
  expect(waited).toBeGreaterThanOrEqual(18);
  expect(waited).toBeLessThan(BEAT_MS);
});

test('leaves out marks that have passed, and does not make up for them', async () => {
  const clock = new SetClock();
  const ticker = new Ticker(BEAT_MS, NEVER, Infinity, clock.read);
  clock.nowMs = 15_980;
  expect(await waitedMs(ticker)).toBeLessThan(BEAT_MS);
  clock.nowMs = 16_000;
  expect(await waitedMs(ticker)).toBeGreaterThanOrEqual(BEAT_MS - 2);
});

test('waits for the next mark when a timer woke it a little early', async () => {
  const clock = new SetClock();
  const ticker = new Ticker(50, NEVER, Infinity, clock.read);
  await ticker.wait();
  clock.nowMs += 49.5;
  const waited = await waitedMs(ticker);
  expect(waited).toBeGreaterThanOrEqual(49);
});

test('returns at once when it is told to stop, before or while it waits', async () => {
  const stop = new AbortController();
  const ticker = new Ticker(60_000, stop.signal);
  const waiting = waitedMs(ticker);
  stop.abort();
  expect(await waiting).toBeLessThan(1_000);
  expect(await waitedMs(ticker)).toBeLessThan(1_000);
});

test('is over when it has lasted as long as it should, and not before', () => {
  const clock = new SetClock();
  const yearMs = 365 * 86_400_000;
  const ticker = new Ticker(BEAT_MS, NEVER, yearMs, clock.read);
  clock.nowMs += yearMs - 1;
  expect(ticker.isOver).toBe(false);
  clock.nowMs += 1;
  expect(ticker.isOver).toBe(true);
});

test('is never over without a duration', () => {
  const clock = new SetClock();
  const ticker = new Ticker(BEAT_MS, NEVER, undefined, clock.read);
  clock.nowMs = Number.MAX_SAFE_INTEGER;
  expect(ticker.isOver).toBe(false);
});

test('waits no longer than to its end, be the next mark later', async () => {
  const ticker = new Ticker(3_600_000, NEVER, 20);
  await ticker.wait();
  expect(ticker.isOver).toBe(true);
});
