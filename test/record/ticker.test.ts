import { expect, test } from 'vitest';
import { Ticker } from '../../src/record/ticker.js';

const NEVER = new AbortController().signal;

const BEAT_MS = 1_000;

/** A clock that stands still between the moments that a test sets. */
class SetClock {
  nowMs = 5_000;
  readonly read = () => this.nowMs;
}

async function waitedMs(ticker: Ticker, signal = NEVER): Promise<number> {
  const startMs = performance.now();
  await ticker.wait(signal);
  return performance.now() - startMs;
}

test('keeps its beat, however long each tick took', async () => {
  const clock = new SetClock();
  const ticker = new Ticker(BEAT_MS, clock.read);
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
  const ticker = new Ticker(BEAT_MS, clock.read);
  clock.nowMs = 15_980;
  expect(await waitedMs(ticker)).toBeLessThan(BEAT_MS);
  clock.nowMs = 16_000;
  expect(await waitedMs(ticker)).toBeGreaterThanOrEqual(BEAT_MS - 2);
});

test('waits for the next mark when a timer woke it a little early', async () => {
  const clock = new SetClock();
  const ticker = new Ticker(50, clock.read);
  await ticker.wait(NEVER);
  clock.nowMs += 49.5;
  const waited = await waitedMs(ticker);
  expect(waited).toBeGreaterThanOrEqual(49);
});

test('returns at once when it is told to stop, before or while it waits', async () => {
  const stop = new AbortController();
  const ticker = new Ticker(60_000);
  const waiting = waitedMs(ticker, stop.signal);
  stop.abort();
  expect(await waiting).toBeLessThan(1_000);
  expect(await waitedMs(ticker, stop.signal)).toBeLessThan(1_000);
});
