import { expect, test } from 'vitest';
import { Ages } from '../../../src/record/ps/ages.js';
import { PsError } from '../../../src/record/ps/errors.js';
import type { Interest } from '../../../src/record/ps/query.js';
import type { Sample } from '../../../src/record/ps/sample.js';
import { Sampler } from '../../../src/record/ps/sampler.js';

const NEVER = new AbortController().signal;
const SELF = 900;
const HELPER = 901;

/** A system whose processes a test decides. */
class FakeSystem {
  bootMs = 100_000;
  lastPid = 1_000;
  readonly pids = new Set([1, SELF, HELPER]);
  readonly asked: (readonly number[] | 'everything')[] = [];
  fails = false;
  /** There, but never shown. */
  readonly hidden = new Set<number>();
  readonly missing: number[] = [];
  /** Happens between a question and its answer. */
  whileAsked = (): void => undefined;
  /** Of the ps that is run for everything. */
  psPid: number | undefined;
  warnings = 0;
  readonly sampler = new Sampler({
    queryPs: (pids) => {
      this.asked.push(pids);
      this.whileAsked();
      if (this.fails) return Promise.reject(new PsError('PS_FAILED', 'ps failed'));
      const taken = { takenFromBootMs: this.bootMs, takenToBootMs: this.bootMs + 10 };
      const shown =
        pids === 'everything' ? [...this.pids] : pids.filter((pid) => this.pids.has(pid));
      const samples = new Map(
        shown.filter((pid) => !this.hidden.has(pid)).map((pid) => [pid, this.#sample(pid)]),
      );
      return Promise.resolve({ taken, helperPid: HELPER, psPid: this.psPid, samples });
    },
    pidHint: () => ({ lastPid: this.lastPid, pidMax: 32_768 }),
    pidExists: (pid) => this.pids.has(pid),
    recorderPid: SELF,
    ages: new Ages(undefined),
    helperPid: () => HELPER,
    onHintUseless: () => {
      this.warnings += 1;
    },
    onMissing: (processes) => {
      this.missing.push(processes);
    },
  });

  fork(count = 1): number[] {
    const forked = Array.from({ length: count }, (_, i) => this.lastPid + 1 + i);
    this.lastPid += count;
    for (const pid of forked) this.pids.add(pid);
    return forked;
  }

  async take(interest: Partial<Interest> = {}) {
    this.bootMs += 1_000;
    this.lastPid += 1;
    const { bootMs } = this;
    return this.sampler.take({ bootMs, everything: false, due: [], idle: [], ...interest }, NEVER);
  }

  #sample(pid: number): Sample {
    return {
      taken: { takenFromBootMs: this.bootMs, takenToBootMs: this.bootMs + 10 },
      pid,
      ppid: 1,
      sid: pid,
      uid: 0,
      user: 'root',
      state: 'S',
      nlwp: 1,
      comm: 'x',
      isKernelThread: false,
      etimes: 10,
      times: 0,
      bsdtime: 0,
      pcpu: 0,
      exact: { cuu: 0, cuc: 0 },
    };
  }
}

/** A hundred processes, as a sampler knows them after two samples. */
async function followed(): Promise<{ system: FakeSystem; due: number[] }> {
  const system = new FakeSystem();
  const due = system.fork(100);
  await system.take();
  await system.take({ due });
  return { system, due };
}

test('queries the whole host first, and then what is followed and what is new', async () => {
  const system = new FakeSystem();
  system.fork(200);
  expect(await system.take()).toMatchObject({ isWhole: true });
  const [fork = 0] = system.fork();
  const snapshot = await system.take({ due: [1] });
  expect(snapshot.isWhole).toBe(false);
  expect([...snapshot.samples.keys()].sort((a, b) => a - b)).toEqual([1, SELF, HELPER, fork]);
});

test('a list that is too long for one run of ps is queried in several', async () => {
  const system = new FakeSystem();
  const due = system.fork(600);
  system.fork(1_000);
  await system.take();
  const snapshot = await system.take({ due });
  expect(system.asked.slice(1).map((each) => each.length)).toEqual([255, 255, 95]);
  expect(due.every((pid) => snapshot.samples.has(pid))).toBe(true);
});

test('after a run that failed no process is taken for ended, and everything is queried', async () => {
  const system = new FakeSystem();
  system.fork(100);
  await system.take();
  system.fails = true;
  await expect(system.take({ due: [1] })).rejects.toThrow('ps failed');
  system.fails = false;
  expect(await system.take({ due: [1] })).toMatchObject({ isWhole: true });
});

test('an idle process exists as long as its pid does', async () => {
  const system = new FakeSystem();
  const [gone = 0, ...idle] = system.fork(100);
  await system.take();
  system.pids.delete(gone);
  const { samples, unsampled } = await system.take({ idle: [gone, ...idle] });
  expect(unsampled).toEqual(new Set(idle));
  expect(samples.has(gone)).toBe(false);
});

test('a new process is queried again for two seconds, also after a query of the whole host', async () => {
  const system = new FakeSystem();
  system.fork(100);
  await system.take();
  for (const everything of [false, true]) {
    const [fork = 0] = system.fork();
    await system.take({ everything });
    for (const isNew of [true, true, false]) {
      await system.take();
      const asked = system.asked.at(-1);
      expect(Array.isArray(asked) && asked.includes(fork)).toBe(isNew);
    }
  }
});

test('a hint that is another system’s is of no use, which is reported once', async () => {
  const system = new FakeSystem();
  system.fork(100);
  system.psPid = 31_000;
  await system.take();
  await system.take({ due: [1] });
  await system.take({ due: [1] });
  expect(system.asked).toEqual(['everything', 'everything', 'everything']);
  expect(system.warnings).toBe(1);
});

test('an answer that lacks the helper was cut, and is no snapshot', async () => {
  const system = new FakeSystem();
  system.fork(100);
  await system.take();
  system.pids.delete(HELPER);
  await expect(system.take({ due: [1] })).rejects.toMatchObject({ code: 'PS_RUBBISH' });
});

test.each([{ everything: true }, { everything: false }])(
  'a missing process that exists is not taken for ended, and queried again: %o',
  async ({ everything }) => {
    const system = new FakeSystem();
    const [hidden = 0, ...due] = system.fork(100);
    await system.take();
    await system.take({ due: [hidden, ...due] });
    system.hidden.add(hidden);
    const { samples, unsampled } = await system.take({ everything, due: [hidden, ...due] });
    expect(samples.has(hidden)).toBe(false);
    expect(unsampled).toEqual(new Set([hidden]));
    expect(system.missing).toEqual([1]);
    system.hidden.delete(hidden);
    const next = await system.take({ idle: [hidden, ...due] });
    expect(next.samples.has(hidden)).toBe(true);
    expect(next.unsampled).toEqual(new Set(due));
  },
);

test('a missing process that does not exist has ended at once', async () => {
  const system = new FakeSystem();
  const [gone = 0, ...due] = system.fork(100);
  await system.take();
  await system.take({ due });
  system.pids.delete(gone);
  expect(await system.take({ due: [gone, ...due] })).toMatchObject({ unsampled: new Set() });
  expect(system.missing).toEqual([]);
});

test('a process whose pid was assigned since it was seen has ended, though the pid exists', async () => {
  const { system, due } = await followed();
  const [again = 0] = due;
  system.hidden.add(again);
  // All pids were given out but a few.
  system.lastPid = again;
  expect(await system.take({ everything: true, due })).toMatchObject({ unsampled: new Set() });
  expect(system.missing).toEqual([]);
});

test('a process that was started between a query and its answer is known at the next', async () => {
  const system = new FakeSystem();
  system.fork(100);
  await system.take();
  let young = 0;
  system.whileAsked = () => {
    [young = 0] = system.fork();
  };
  await system.take({ everything: true });
  system.whileAsked = () => undefined;
  system.hidden.add(young);
  expect(await system.take({ due: [young] })).toMatchObject({ unsampled: new Set([young]) });
});

test('ps is believed after ten seconds, and missing processes are reported once', async () => {
  const { system, due } = await followed();
  const [hidden = 0] = due;
  system.hidden.add(hidden);
  for (let second = 0; second <= 10; second += 1) {
    expect(await system.take({ due })).toMatchObject({ unsampled: new Set([hidden]) });
  }
  expect(await system.take({ due })).toMatchObject({ unsampled: new Set() });
  expect(system.missing).toEqual([1]);
});

test('a process that was seen too long ago is not known to have the pid still', async () => {
  const { system, due } = await followed();
  const [hidden = 0] = due;
  system.hidden.add(hidden);
  system.bootMs += 60_000;
  expect(await system.take({ everything: true, due })).toMatchObject({ unsampled: new Set() });
});
