import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { askPs } from '../../../src/record/ps/ask.js';
import { detectColumns } from '../../../src/record/ps/detect.js';
import { PsRunner } from '../../../src/record/ps/run.js';
import { fakePs } from './fake-ps.js';

const TIMEOUT_MS = 10_000;
const realPs = new PsRunner({ timeoutMs: TIMEOUT_MS });
const columns = await detectColumns(realPs, process.pid);

function ps(script: string): PsRunner {
  return new PsRunner({ command: fakePs(script), timeoutMs: TIMEOUT_MS });
}

test('everything holds this process and not the ps that was run', async () => {
  const { samples, taken, helperPid } = await askPs(realPs, columns, 'everything');
  expect(samples.get(process.pid)).toMatchObject({ ppid: process.ppid, uid: process.getuid?.() });
  expect([...samples.values()].filter((each) => each.ppid === helperPid)).toEqual([]);
  expect(taken.takenToBootMs).toBeGreaterThanOrEqual(taken.takenFromBootMs);
});

test('of some pids those are shown that are there', async () => {
  const { samples, helperPid = 0 } = await askPs(realPs, columns, [process.pid, 1, 4_194_303]);
  expect([...samples.keys()]).toEqual([process.pid, 1]);
  const helper = await askPs(realPs, columns, [helperPid]);
  expect(helper.samples.get(helperPid)).toMatchObject({ ppid: process.pid });
});

test('none of them being there is no failure', async () => {
  const { samples } = await askPs(realPs, columns, [4_194_302, 4_194_303]);
  expect(samples.size).toBe(0);
});

test('a thread’s id shows nothing of its own, and does not stand in for its process', async () => {
  const threads = readdirSync('/proc/self/task').map(Number);
  const others = threads.filter((tid) => tid !== process.pid);
  expect(others.length).toBeGreaterThan(0);
  expect((await askPs(realPs, columns, others)).samples.size).toBe(0);
  const alone = await askPs(realPs, columns, [process.pid]);
  const among = await askPs(realPs, columns, [process.pid, ...others]);
  expect([...among.samples.keys()]).toEqual([process.pid]);
  expect(among.samples.get(process.pid)?.times).toBeGreaterThanOrEqual(
    alone.samples.get(process.pid)?.times ?? 0,
  );
});

test.each([
  ['nothing at all', 'exit 0', 'PS_RUBBISH'],
  ['a list without itself', 'ps "$@" | grep -v " ps$" | grep -v "ps $"', 'PS_RUBBISH'],
  ['the beginning of a list', 'ps "$@" | head -c 500', 'PS_RUBBISH'],
])('a ps that prints %s of everything gives no answer', async (_, script, code) => {
  await expect(askPs(ps(script), columns, 'everything')).rejects.toMatchObject({ code });
});
