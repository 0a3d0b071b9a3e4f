import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pidExists } from '../../../src/shared/pid-exists.js';
import {
  isBetween,
  pidsBetween,
  countPidsBetween,
  createPidHintReader,
} from '../../../src/record/ps/pid-hint.js';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../../source.js';

const pidMax = 1_000;

test.each([
  { before: 500, now: 503, pids: [501, 502, 503] },
  { before: 500, now: 500, pids: [] },
  { before: 997, now: 301, pids: [998, 999, 300, 301] },
  { before: 999, now: 300, pids: [300] },
  { before: 998, now: 5, pids: [999] },
])('from $before to $now these were given out: $pids', ({ before, now, pids }) => {
  const hints = [
    { lastPid: before, pidMax },
    { lastPid: now, pidMax },
  ] as const;
  expect(pidsBetween(...hints)).toEqual(pids);
  expect(countPidsBetween(...hints)).toBe(pids.length);
  const between = Array.from({ length: pidMax }, (_, pid) => pid).filter((pid) =>
    isBetween(...hints, pid),
  );
  expect(between).toEqual([...pids].sort((a, b) => a - b));
});

test('the system’s hint moves with each process, and is near its pid', () => {
  const readPidHint = createPidHintReader();
  const before = readPidHint();
  const { pid } = spawnSync('/bin/true');
  const after = readPidHint();
  if (before === undefined || after === undefined) throw new Error('this system gives no hint');
  expect(isBetween(before, after, pid)).toBe(true);
});

test('a process is there until it has been waited for, whoever’s it is', () => {
  expect(pidExists(process.pid)).toBe(true);
  expect(pidExists(spawnSync('/bin/true').pid)).toBe(false);
  const script = `import { pidExists } from '${sourceUrl('shared/pid-exists.ts')}';
    if (process.getuid() === 0) process.setuid(65534);
    process.exit(pidExists(1) ? 0 : 1);`;
  const { status } = spawnSync('node', [...EVALUATE, script], { env: EVALUATE_ENV });
  expect(status).toBe(0);
});
