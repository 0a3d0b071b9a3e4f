import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHostCounter, readProgramCounters } from '../../src/report/data/counters.js';
import { sum } from '../../src/shared/numbers.js';
import { faultsOf } from '../invariants.js';
import { isThere, type Plan, plan, shownMs, usedMs } from '../simulation/kernel.js';
import { type MachineOptions, SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const FAR_MS = 12_345_678;
const BEFORE_MIDNIGHT_MS = Date.UTC(2026, 9, 24, 23, 59, 40);

const moment = (maxMs: number) =>
  fc.integer({ min: 0, max: maxMs / 10 }).map((ticks) => ticks * 10);

const processes = fc.uniqueArray(
  fc.record<Omit<Plan, 'pid'>>({
    ppid: fc.constant(1),
    startMs: moment(40_000),
    idleUntilAgeMs: fc.oneof(fc.constant(0), moment(30_000)),
    lifeMs: fc.oneof(
      moment(30_000).map((ms) => ms + 10),
      fc.constant(Infinity),
    ),
    percent: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 40_000 }).map((hundredths) => hundredths / 100),
    ),
    zombieMs: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: moment(5_000) },
    ),
    uid: fc.integer({ min: 1001, max: 1003 }),
    comm: fc.constantFrom('a', 'b'),
    changes: fc
      .array(
        fc.record(
          {
            atAgeMs: fc.oneof(moment(1_000), moment(20_000)),
            uid: fc.integer({ min: 1001, max: 1003 }),
            comm: fc.constantFrom('a', 'b', 'c'),
          },
          { requiredKeys: ['atAgeMs'] },
        ),
        { maxLength: 3 },
      )
      .map((changes) => changes.sort((x, y) => x.atAgeMs - y.atAgeMs)),
  }),
  { maxLength: 8, selector: (each) => each },
);

/** The pids in between are others'. */
const PIDS_APART = 50;

/** Two in three processes have a pid of their own; the others may take one that was free for over a second. */
function withPids(plans: Omit<Plan, 'pid'>[]): Plan[] {
  const freeFromMs = new Map<number, number>();
  const sorted = [...plans].sort((a, b) => a.startMs - b.startMs);
  // Between two ticks the kernel does not come around to a pid again and go on as before.
  const isApart = (index: number) =>
    [index, index + 1].every((at) => {
      const [before, after] = [sorted[at - 1], sorted[at]];
      return !before || !after || before.startMs + 1_100 < after.startMs;
    });
  return sorted.map((each, index) => {
    const reusable = [...freeFromMs].find(([, freeMs]) => freeMs + 1_100 < each.startMs);
    const pid =
      reusable !== undefined && index % 3 === 0 && isApart(index)
        ? reusable[0]
        : 1_000 + PIDS_APART * index;
    freeFromMs.set(pid, each.startMs + each.lifeMs + each.zombieMs);
    return { ...each, pid };
  });
}

type Event = 'crash' | 'stop' | 'fail' | 'suspend' | 'clock' | 'lie' | 'none';

const event = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Event>('none') },
  { weight: 2, arbitrary: fc.constant<Event>('crash') },
  { weight: 1, arbitrary: fc.constantFrom<Event>('stop', 'fail', 'suspend') },
);

const ALL = 10_000;

/** Expects at each call that no counter has fallen since the one before. */
function watchCounters(machine: SimulatedMachine): () => void {
  const most = new Map<string, number>();
  return () => {
    machine.read((db) => {
      const rows = readProgramCounters(db, ALL);
      const { cpuMs, recorderCpuMs, recordedMs } = readHostCounter(db);
      const figures = {
        ...Object.fromEntries(rows.map((row) => [`${row.uid} ${row.program}`, row.cpuMs])),
        ...{ cpuMs, recorderCpuMs, recordedMs, unseen: sum(rows.map((row) => row.unseenCpuMs)) },
      };
      for (const [name, ms] of Object.entries(figures)) {
        expect(ms, `${name} has fallen`).toBeGreaterThanOrEqual(most.get(name) ?? 0);
        most.set(name, ms);
      }
    });
  };
}

/**
 * @param seen gets those that ps could show
 * @param late gets those of them that were there only after it was settled what ps is asked for, at each sample
 */
async function live(
  machine: SimulatedMachine,
  events: Event[],
  seen: Set<Plan>,
  late = new Set<Plan>(),
): Promise<void> {
  const expectGrown = watchCounters(machine);
  machine.start();
  for (const each of events) {
    if (each === 'fail') await machine.failedTick();
    if (each === 'suspend') machine.suspend(20_000);
    if (each === 'clock') machine.setClock(FAR_MS);
    if (each === 'crash' || each === 'stop') {
      machine[each]();
      machine.bootMs += 3_000;
      machine.start();
    }
    machine.tamper = each === 'lie' ? withoutSome(machine.bootMs) : (output) => output;
    await machine.tick();
    expectGrown();
    for (const one of machine.processes) {
      if (!isThere(one, machine.bootMs + 10)) continue;
      seen.add(one);
      if (one.startMs <= machine.bootMs) late.delete(one);
      else late.add(one);
    }
  }
  machine.stop();
  expectGrown();
}

/** Leaves a third of the processes out of what ps prints, others each second. */
function withoutSome(bootMs: number): (output: string) => string {
  const isShown = (row: string) => {
    const pid = Number.parseInt(row, 10);
    return pid >= 32_000 || (pid + bootMs / 1_000) % 3 !== 0;
  };
  return (output) =>
    output
      .split(/(?<=\n)/)
      .filter(isShown)
      .join('');
}

/** The machines whose ps tells most, and less. */
const EXACT: MachineKind = { ps: 'procps 4' };
const COARSE: MachineKind = { ps: 'procps 3.3' };
const AGELESS: MachineKind = { ps: 'procps 4', agesAreTrue: false };

type MachineKind = Pick<MachineOptions, 'ps' | 'agesAreTrue'>;

function newMachine(kind: MachineKind): SimulatedMachine {
  const machine = new SimulatedMachine({
    ...kind,
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BEFORE_MIDNIGHT_MS,
  });
  machine.bootMs = 5_000;
  return machine;
}

/** Any processes under any events leave a sound journal, and each process that was seen once. */
async function assertSound(
  anyEvent: fc.Arbitrary<Event>,
  options: {
    kind?: MachineKind;
    maxTicks: number;
    numRuns: number;
    clockWasSet: boolean;
    crowd?: Plan[];
  },
): Promise<void> {
  const { kind = EXACT, maxTicks, numRuns, clockWasSet, crowd = [] } = options;
  // Without ages a pid that is used again may be the same process for all that is known.
  const withPidsOf = kind.agesAreTrue === false ? withOwnPids : withPids;
  const events = fc.array(anyEvent, { minLength: 5, maxLength: maxTicks });
  await fc.assert(
    fc.asyncProperty(processes, events, async (plans, happening) => {
      const machine = newMachine(kind);
      machine.processes = [...crowd, ...withPidsOf(plans)];
      const [seen, late] = [new Set<Plan>(), new Set<Plan>()];
      await live(machine, happening, seen, late);
      machine.read((db) => {
        expect(faultsOf(db, { clockWasSet })).toEqual({});
        const recorded = db.prepare<[], number>('SELECT count(*) FROM process').pluck().get();
        expect(recorded).toBeLessThanOrEqual(seen.size);
        // Where all are asked for each time there is nothing to be late for.
        expect(recorded).toBeGreaterThanOrEqual(seen.size - (crowd.length > 0 ? late.size : 0));
      });
    }),
    { numRuns, endOnFailure: true },
  );
}

test('whatever happens to processes and recorder, nothing is counted twice and sums are kept', async () => {
  await assertSound(event, { maxTicks: 50, numRuns: 60, clockWasSet: false });
});

test.each([
  ['procps 3.3', COARSE],
  ['a ps that knows no ages', AGELESS],
])('nor is it with %s', async (_, kind) => {
  await assertSound(event, { kind, maxTicks: 50, numRuns: 25, clockWasSet: false });
});

test('a wall clock that is set breaks no sum either', async () => {
  const withClock = fc.oneof(event, fc.constant<Event>('clock'));
  await assertSound(withClock, { maxTicks: 30, numRuns: 40, clockWasSet: true });
});

test('nor does it where so many are idle that not all are queried', async () => {
  const crowd = Array.from({ length: 60 }, (_, i) => plan({ pid: 100 + i, comm: 'idler' }));
  await assertSound(event, { maxTicks: 50, numRuns: 15, clockWasSet: false, crowd });
});

interface LifecycleRow {
  pid: number;
  start_low_boot_ms: number;
  start_high_boot_ms: number;
  prior_cpu_ms: number;
  cpu_ms: number;
  ended_ms: number | null;
}

/** What each lifecycle has used is what its process has: to a second, and to a tick and its tail when it is young. */
function expectRightCpuTimes(machine: SimulatedMachine): void {
  const rows = machine.read((db) => db.prepare<[], LifecycleRow>('SELECT * FROM process').all());
  for (const row of rows) {
    const process = machine.processes.find(
      (each) =>
        each.pid === row.pid &&
        row.start_low_boot_ms <= each.startMs &&
        each.startMs <= row.start_high_boot_ms,
    );
    expect(process).toBeDefined();
    if (process === undefined) continue;
    const used = usedMs(process, machine.bootMs + 10);
    const perSecond = process.percent * 10;
    // What it used after its last sample may be charged in part; a process that lives is charged what is certain.
    expect(row.cpu_ms).toBeLessThanOrEqual(used + perSecond + 1_000);
    if (row.ended_ms === null) {
      expect(row.cpu_ms).toBeGreaterThanOrEqual(
        shownMs(process, machine.bootMs) - 1_000 - perSecond,
      );
    }
  }
}

test.each([
  ['procps 4', EXACT, 40],
  ['procps 3.3', COARSE, 25],
  ['a ps that knows no ages', AGELESS, 25],
])(
  'the CPU time of every lifecycle is right to a second, and to a tick and its tail when it is young, with %s',
  async (_, kind, numRuns) => {
    const withPidsOf = kind.agesAreTrue === false ? withOwnPids : withPids;
    await fc.assert(
      fc.asyncProperty(
        processes,
        fc.array(event, { minLength: 5, maxLength: 50 }),
        async (plans, events) => {
          const machine = newMachine(kind);
          machine.processes = withPidsOf(plans);
          await live(machine, events, new Set());
          expectRightCpuTimes(machine);
        },
      ),
      { numRuns, endOnFailure: true },
    );
  },
);

/** Each its own pid, and none between the moment at which it is settled what ps is asked for and that at which it answers. */
function withOwnPids(plans: Omit<Plan, 'pid'>[]): Plan[] {
  return [...plans]
    .sort((a, b) => a.startMs - b.startMs)
    .map((each, index) => ({
      ...each,
      pid: 1_000 + PIDS_APART * index,
      startMs: each.startMs % 1_000 === 10 ? each.startMs + 10 : each.startMs,
    }));
}

test('a process that ps leaves out while it lives is one lifecycle, with all that it used', async () => {
  const withLies = fc.oneof(event, { weight: 20, arbitrary: fc.constant<Event>('lie') });
  await fc.assert(
    fc.asyncProperty(
      processes,
      fc.array(withLies, { minLength: 5, maxLength: 50 }),
      async (plans, events) => {
        const machine = newMachine(EXACT);
        machine.processes = withOwnPids(plans);
        const seen = new Set<Plan>();
        await live(machine, events, seen);
        machine.read((db) => {
          expect(faultsOf(db)).toEqual({});
          const recorded = db.prepare<[], number>('SELECT count(*) FROM process').pluck().get();
          expect(recorded).toBeLessThanOrEqual(seen.size);
        });
        expectRightCpuTimes(machine);
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});
