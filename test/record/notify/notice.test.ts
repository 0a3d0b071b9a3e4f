import { expect, test } from 'vitest';
import {
  chooseNotice,
  type RecordingStatus,
  type Told,
  TOLD_NOTHING,
  type Watchdog,
  chooseWatchdog,
} from '../../../src/record/notify/notice.js';

const MINUTE = chooseWatchdog(60_000, 1_000);
const MISSED = { kind: 'missed', why: 'ps still hangs' } as const;
const KEPT = { kind: 'kept', why: 'the disk is full' } as const;

function standing(nowMs: number, overrides: Partial<RecordingStatus> = {}): RecordingStatus {
  const outcome = { kind: 'written' } as const;
  return { nowMs, outcome, processes: 3, programs: ['php-fpm'], gaps: 0, ...overrides };
}

/** What is said over ticks, each with its second. */
function saidAt(
  seconds: number,
  at: (second: number) => Partial<RecordingStatus>,
  watchdog: Watchdog | undefined,
): [number, string[]][] {
  let told: Told = TOLD_NOTHING;
  const said: [number, string[]][] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const notice = chooseNotice(told, standing(second * 1_000, at(second)), watchdog);
    if (notice === undefined) continue;
    told = notice.told;
    said.push([second, notice.lines]);
  }
  return said;
}

test('is ready with the first sample that was written, and feeds the watchdog with it', () => {
  const status = 'STATUS=following php-fpm: 3 now; gaps: 0';
  expect(saidAt(0, () => ({}), MINUTE)).toEqual([[0, ['READY=1', 'WATCHDOG=1', status]]]);
});

test.each([
  ['missed', MISSED],
  ['kept in memory', KEPT],
])('is not ready as long as every sample is %s', (_, outcome) => {
  const said = saidAt(300, () => ({ outcome }), MINUTE);
  expect(said.flatMap(([, lines]) => lines)).not.toContain('READY=1');
});

test('feeds the watchdog three times in its time, and no more often', () => {
  const said = saidAt(60, () => ({}), MINUTE);
  expect(said.map(([second]) => second)).toEqual([0, 20, 40, 60]);
  expect(said.every(([, lines]) => lines.includes('WATCHDOG=1'))).toBe(true);
});

test('feeds it while samples are kept in memory: a restart mends no full disk', () => {
  const said = saidAt(60, (second) => (second === 0 ? {} : { outcome: KEPT }), MINUTE);
  const fed = said.filter(([, lines]) => lines.includes('WATCHDOG=1'));
  expect(fed.map(([second]) => second)).toEqual([0, 20, 40, 60]);
});

test('does not feed it while no sample can be taken, and tells why, once', () => {
  const said = saidAt(90, (second) => (second === 0 ? {} : { outcome: MISSED }), MINUTE);
  expect(said.slice(1)).toEqual([[5, ['STATUS=no sample: ps still hangs']]]);
});

test('without a watchdog a status that changes is told once a minute', () => {
  const said = saidAt(150, (second) => ({ processes: second }), undefined);
  expect(said.map(([second]) => second)).toEqual([0, 60, 120]);
  expect(said.flatMap(([, lines]) => lines)).not.toContain('WATCHDOG=1');
});

test('trouble that comes and goes with each tick is told of each five seconds', () => {
  const said = saidAt(20, (second) => (second % 2 === 0 ? {} : { outcome: MISSED }), undefined);
  expect(said.map(([second]) => second)).toEqual([0, 5, 10, 15, 20]);
});

test('a watchdog that would bite between two ticks is made longer, and the manager told', () => {
  const watchdog = chooseWatchdog(60_000, 60_000);
  expect(watchdog).toEqual({ timeoutMs: 240_000, isLengthened: true });
  const [first] = saidAt(0, () => ({}), watchdog);
  expect(first?.[1]).toContain('WATCHDOG_USEC=240000000');
});

test('a short watchdog is fed in time too', () => {
  const said = saidAt(6, () => ({}), chooseWatchdog(6_000, 1_000));
  expect(said.map(([second]) => second)).toEqual([0, 2, 4, 6]);
});

test.each([
  [{ programs: [] }, 'following every process: 3 now; gaps: 0'],
  [{ processes: 0, gaps: 2 }, 'waiting for php-fpm; gaps: 2'],
  [{ outcome: KEPT }, 'following php-fpm: 3 now; gaps: 0; kept in memory: the disk is full'],
  [{ programs: ['a\nREADY=1'] }, 'following a\u{fffd}READY=1: 3 now; gaps: 0'],
])('the status of %j', (overrides, status) => {
  const told: Told = { ...TOLD_NOTHING, isReady: true };
  const { lines } = chooseNotice(told, standing(0, overrides), MINUTE) ?? { lines: [] };
  expect(lines).toContain(`STATUS=${status}`);
});
