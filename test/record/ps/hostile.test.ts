import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TickChanges } from '../../../src/record/tracker/change-set.js';
import { emptyState, type TrackerState } from '../../../src/record/tracker/state.js';
import { observe } from '../../../src/record/tracker/tracker.js';
import { COLUMN_SETS, parsePsOutput } from '../../../src/record/ps/parse.js';
import { PsError } from '../../../src/record/ps/errors.js';
import type { Sample, Snapshot } from '../../../src/record/ps/sample.js';
import type { Selection } from '../../../src/record/tracker/selection.js';
import { anyCharacter } from '../../builders/any-character.js';
import { faultsOf } from '../../invariants.js';
import { plan, simulatedPsOutput } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';

/** Together more than ten thousand outputs. */
const HISTORIES = 220;
const OUTPUTS_EACH = 50;

const EVERYTHING: Selection = {
  programs: [],
  forks: true,
  users: new Set(),
  recorderPid: 4_242,
};

const BOOTED_MS = Date.UTC(2026, 9, 24, 23, 59, 40);
const INTERVAL_MS = 1_000;

const [EXACT] = COLUMN_SETS;

const PROCESSES = [
  plan({ pid: 1, ppid: 0, uid: 0, comm: 'init' }),
  plan({ pid: 100, percent: 30, comm: 'master' }),
  plan({ pid: 101, ppid: 100, percent: 12.5 }),
  plan({ pid: 102, ppid: 100, startMs: 8_000, lifeMs: 9_000, percent: 90 }),
  plan({ pid: 103, ppid: 100, startMs: 15_000, lifeMs: 40_000, percent: 3, uid: 1002 }),
];

/** What ps printed, as text with whatever bytes it has, of each file of the corpus. */
function corpus(folder: 'read' | 'refused'): { name: string; output: string }[] {
  const path = new URL(`../../fixtures/ps/hostile/${folder}/`, import.meta.url);
  return readdirSync(path).map((name) => ({
    name: name.replace('.txt', '').replaceAll('-', ' '),
    output: readFileSync(new URL(name, path), 'utf8'),
  }));
}

/** @returns undefined where it was refused as rubbish; any other error passes */
function read(output: string, bootMs = 20_000): Map<number, Sample> | undefined {
  if (EXACT === undefined) throw new Error('there are no columns');
  try {
    return parsePsOutput(output, EXACT, { takenFromBootMs: bootMs, takenToBootMs: bootMs + 10 });
  } catch (error) {
    if (error instanceof PsError && error.code === 'PS_RUBBISH') return undefined;
    throw error;
  }
}

function snapshotOf(samples: Map<number, Sample>, bootMs: number): Snapshot {
  const taken = { takenFromBootMs: bootMs, takenToBootMs: bootMs + 10 };
  return {
    ...taken,
    helperPid: undefined,
    samples,
    areAgesTrue: true,
    isWhole: true,
    unsampled: new Set(),
  };
}

/** Every number in a value, wherever it is. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof Map) return [...value].flatMap(numbersIn);
  if (value instanceof Set || Array.isArray(value)) return [...value].flatMap(numbersIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function expectSound(samples: Map<number, Sample>): void {
  for (const sample of samples.values()) {
    const { pid, ppid, uid, nlwp, etimes, times, bsdtime, pcpu, exact } = sample;
    const whole = [pid, ppid, uid, nlwp, etimes ?? 0, times, bsdtime];
    const percentages = [pcpu, exact?.cuu ?? 0, exact?.cuc ?? 0];
    expect(whole.every((each) => Number.isSafeInteger(each * 1_000) && each >= 0)).toBe(true);
    expect(percentages.every((each) => Number.isFinite(each) && each >= 0)).toBe(true);
  }
}

function expectNoNegativeCredit({ credits }: TickChanges): void {
  expect(credits.every(({ cpuMs }) => cpuMs >= 0)).toBe(true);
}

test.each(corpus('refused'))('refuses $name', ({ output }) => {
  expect(read(output)).toBeUndefined();
});

test.each(corpus('read'))(
  'reads $name, and no other row is the worse for it',
  async ({ output }) => {
    const samples = read(output) ?? new Map<number, Sample>();
    expect(samples.get(1)?.comm).toBe('init');
    expectSound(samples);
    const machine = newMachine();
    machine.start();
    await machine.ticks(2);
    machine.tamper = (text) => text + output;
    await machine.ticks(3);
    machine.tamper = (text) => text;
    await machine.ticks(2);
    machine.stop();
    machine.read((db) => {
      expect(faultsOf(db)).toEqual({});
      const living = db.prepare('SELECT count(*) FROM process WHERE pid = 100').pluck().get();
      expect(living).toBe(1);
    });
  },
);

const anyEdit = fc.record({
  /** Where, in parts of the text. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
  inserted: fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 20 }),
    fc.stringMatching(/^[-0-9 .:\nZS]{0,30}$/),
    fc.constantFrom('\0', '\r\n', '\u{1b}[2J', '\u{202e}', '9'.repeat(300), '\n', ''),
    fc.constantFrom(...corpus('read').map(({ output }) => output)),
  ),
});

const anyTampering = fc.oneof(
  { weight: 1, arbitrary: fc.constant((output: string) => output) },
  {
    weight: 4,
    arbitrary: fc
      .array(anyEdit, { minLength: 1, maxLength: 3 })
      .map((edits) => (output: string) => edits.reduce(edited, output)),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: anyCharacter }).map((text) => () => text),
  },
);

function edited(
  text: string,
  { at, removed, inserted }: { at: number; removed: number; inserted: string },
): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + inserted + text.slice(from + removed);
}

test('no output of ps, however hostile, breaks the tracker, and one that is refused changes nothing', () => {
  let [outputs, refused] = [0, 0];
  const tamperings = fc.array(anyTampering, {
    minLength: OUTPUTS_EACH,
    maxLength: OUTPUTS_EACH,
  });
  fc.assert(
    fc.property(tamperings, (history) => {
      let state: TrackerState = emptyState(BOOTED_MS, { process: 1, credit: 1 });
      let bootMs = 5_000;
      for (const tamper of history) {
        bootMs += INTERVAL_MS;
        outputs += 1;
        const samples = read(
          tamper(simulatedPsOutput(PROCESSES, 'everything', bootMs + 10)),
          bootMs,
        );
        if (samples === undefined) {
          refused += 1;
          continue;
        }
        expectSound(samples);
        const at = { anchorMs: BOOTED_MS, afterGap: false };
        const next = observe(state, snapshotOf(samples, bootMs), at, EVERYTHING);
        expect(numbersIn(next.changes).every(Number.isFinite)).toBe(true);
        expectNoNegativeCredit(next.changes);
        ({ state } = next);
      }
    }),
    { numRuns: HISTORIES },
  );
  expect(outputs).toBeGreaterThanOrEqual(10_000);
  // Neither all nor none: both ways are tried.
  expect(refused).toBeGreaterThan(outputs / 10);
  expect(refused).toBeLessThan((outputs * 9) / 10);
});

/** A process that a sound output leaves out has ended; a later one that shows it again makes another of it. */
const SHOWN_AGAIN = 'two lifecycles of one boot, pid and start';

function newMachine(programs: string[] = []): SimulatedMachine {
  const machine = new SimulatedMachine({
    programs,
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
  });
  machine.bootMs = 5_000;
  machine.processes = PROCESSES;
  return machine;
}

test('whatever ps prints, the journal stays sound', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTampering, { minLength: 5, maxLength: 30 }), async (history) => {
      const machine = newMachine();
      machine.start();
      for (const tamper of history) {
        machine.tamper = tamper;
        await machine.tick();
      }
      machine.stop();
      const faults = machine.read((db) => Object.keys(faultsOf(db)));
      expect(faults.filter((each) => each !== SHOWN_AGAIN)).toEqual([]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test('a process that ps left out over a quarter-hour’s end, and that ends in a gap, has no record across it', async () => {
  const machine = newMachine();
  const ending = plan({ pid: 105, startMs: 8_000, lifeMs: 13_500, percent: 50 });
  machine.processes = [...PROCESSES, ending];
  machine.start();
  await machine.ticks(14);
  expect(machine.bootMs).toBeLessThan(20_000);
  machine.tamper = (output) => output.replace(/^.* 105 .*\n/m, '');
  while (machine.bootMs < 21_000) await machine.tick();
  machine.tamper = () => 'rubbish';
  await machine.tick();
  machine.tamper = (output) => output;
  await machine.ticks(15);
  machine.stop();
  expect(machine.read(faultsOf)).toEqual({});
});

test('a list that was cut anywhere ends no process: it lacks its last one, which never ends', async () => {
  const others = Array.from({ length: 100 }, (_, i) => plan({ pid: 1_000 + i, comm: 'other' }));
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (parts) => {
      const machine = newMachine(['master']);
      machine.processes = [...PROCESSES, ...others].filter(({ lifeMs }) => lifeMs === Infinity);
      machine.start();
      for (const part of parts) {
        machine.tamper = (output) => output;
        await machine.ticks(2);
        machine.tamper = (output) => output.slice(0, Math.floor(part * (output.length - 1)));
        await machine.tick();
        expect(machine.asked.at(-1)).not.toBe('everything');
      }
      machine.stop();
      machine.read((db) => {
        expect(faultsOf(db)).toEqual({});
        const ends = db.prepare('SELECT end_reason FROM process').pluck().all();
        expect(ends).toEqual([null, null]);
      });
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
