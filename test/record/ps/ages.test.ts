import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Ages, type KnownAge } from '../../../src/record/ps/ages.js';
import { COLUMN_SETS, parsePsOutput } from '../../../src/record/ps/parse.js';
import type { Sample, Taken } from '../../../src/record/ps/sample.js';

/** What a version of ps printed; `forks` while processes started, `lxcfs` in a container of 7 seconds. */
function captured(name: string, taken: Taken): Map<number, Sample> {
  const precision = name.includes('3.3') ? 'pcpu' : 'cuu';
  const columns = COLUMN_SETS.find((each) => each.precision === precision);
  if (columns === undefined) throw new Error(`there are no columns with ${precision}`);
  const file = new URL(`../../fixtures/ps/ages/${name}.txt`, import.meta.url);
  return parsePsOutput(readFileSync(file, 'utf8'), columns, taken);
}

function at(bootMs: number): Taken {
  return { takenFromBootMs: bootMs, takenToBootMs: bootMs + 30 };
}

/** The process that the fixtures call so stands for the recorder; it started with the container. */
const RECORDER: KnownAge = { pid: 5, startedBootMs: 20 };

function etimesOf(samples: ReadonlyMap<number, Sample>): (number | null)[] {
  return [...samples.values()].map(({ etimes }) => etimes);
}

test('a process that starts while ps lists the others has just started', () => {
  const bash: KnownAge = { pid: 6_678, startedBootMs: 4_022_300 };
  const taken = at(4_024_780);
  const samples = captured('forks-4.0.4', taken);
  const wrapped = [...samples.values()].filter(({ etimes }) => etimes === 4_123_168_608);
  expect(wrapped).toHaveLength(21);
  const checked = new Ages(bash).checked(samples, taken);
  for (const { pid } of wrapped) expect(checked.get(pid)?.etimes).toBe(0);
  const others = (all: ReadonlyMap<number, Sample>) =>
    [...all.values()].filter(({ pid }) => !wrapped.some((each) => each.pid === pid));
  expect(others(checked)).toEqual(others(samples));
});

test.each(['lxcfs-3.3.17', 'lxcfs-4.0.2'])(
  'in a container whose uptime is its own no age is known (%s)',
  (name) => {
    const ages = new Ages(RECORDER);
    const checked = ages.checked(captured(name, at(7_050)), at(7_050));
    expect(ages.areTrue).toBe(false);
    expect(new Set(etimesOf(checked))).toEqual(new Set([null]));
  },
);

test('a ps that takes the uptime from the kernel tells ages there too', () => {
  const samples = captured('lxcfs-4.0.7', at(7_050));
  const ages = new Ages(RECORDER);
  expect(ages.checked(samples, at(7_050))).toBe(samples);
  expect(ages.areTrue).toBe(true);
});

test('whoever is too young to tell does not, but for an age that can’t be', () => {
  const young: KnownAge = { pid: 5, startedBootMs: 6_500 };
  const ages = new Ages(young);
  const samples = captured('lxcfs-3.3.17', at(7_050));
  expect(ages.checked(samples, at(7_050))).toBe(samples);
  const wrapped = new Ages(young);
  wrapped.checked(captured('lxcfs-4.0.2', at(7_050)), at(7_050));
  expect(wrapped.areTrue).toBe(false);
});

test('what the last sample showed is believed of one that leaves the recorder out', () => {
  const ages = new Ages(RECORDER);
  const samples = captured('lxcfs-3.3.17', at(7_050));
  ages.checked(samples, at(7_050));
  samples.delete(RECORDER.pid);
  expect(new Set(etimesOf(ages.checked(samples, at(8_050))))).toEqual(new Set([null]));
});

test('an age that is above the boot clock, but is none below 0, is not known', () => {
  const taken = at(7_050);
  const samples = captured('lxcfs-4.0.7', taken);
  const [[pid, sample] = []] = [...samples].slice(-1);
  if (pid === undefined || sample === undefined) throw new Error('there is no sample');
  samples.set(pid, { ...sample, etimes: 70_000 });
  expect(new Ages(RECORDER).checked(samples, taken).get(pid)?.etimes).toBeNull();
});

test('a clock that moves between two readings contradicts no age', () => {
  const taken = { takenFromBootMs: 60_000, takenToBootMs: 69_000 };
  for (const etimes of [58, 60, 64, 69]) {
    const samples = captured('lxcfs-4.0.7', taken);
    const sample = samples.get(RECORDER.pid);
    if (sample === undefined) throw new Error('there is no recorder');
    samples.set(RECORDER.pid, { ...sample, etimes });
    const ages = new Ages({ pid: RECORDER.pid, startedBootMs: 0 });
    ages.checked(samples, taken);
    expect(ages.areTrue).toBe(true);
  }
});
