import { COLUMN_SETS, parsePsOutput } from '../../src/record/ps/parse.js';
import type { PsAnswer } from '../../src/record/ps/run.js';
import type { Snapshot, Taken } from '../../src/record/ps/sample.js';

/** One process of a simulated machine; times in ms of boot time, in steps of the kernel's tick of 10 ms. */
export interface Plan {
  pid: number;
  ppid: number;
  /** Its session; its own where it is left out. */
  sid?: number;
  startMs: number;
  /** Until it ends; Infinity for one that lives on. */
  lifeMs: number;
  /** CPU time per wall time, in per cent of one vCPU. */
  percent: number;
  /** Uses no CPU time until this age. */
  idleUntilAgeMs?: number;
  /** Uses no CPU time from this age on. */
  idleFromAgeMs?: number;
  /** Its first thread ends at this age, while others work on. */
  leaderEndsAtAgeMs?: number;
  /** How long it stays a zombie. */
  zombieMs: number;
  uid: number;
  comm: string;
  /** SIGCHLD is ignored: the time of its children arrives nowhere. */
  ignoresChildren?: boolean;
  /** Adopts the orphans among its descendants. */
  subreaper?: boolean;
  changes: { atAgeMs: number; uid?: number; comm?: string }[];
}

const TICK_MS = 10;
const INIT_PID = 1;

/** Whose rows a simulated ps prints. */
export type PsKind = 'procps 4' | 'procps 3.3';

const USUAL: PsKind = 'procps 4';

export function plan(overrides: Partial<Plan>): Plan {
  return {
    pid: 100,
    ppid: 1,
    startMs: 0,
    lifeMs: Infinity,
    percent: 0,
    zombieMs: 0,
    uid: 1001,
    comm: 'worker',
    changes: [],
    ...overrides,
  };
}

/** CPU time in ms that the process has used at a moment of boot time. */
export function usedMs(process: Plan, atMs: number): number {
  const busyMs = Math.min(process.lifeMs, process.idleFromAgeMs ?? Infinity);
  const idleMs = process.idleUntilAgeMs ?? 0;
  const age = Math.min(Math.max(atMs - process.startMs, idleMs), Math.max(busyMs, idleMs));
  return ((age - idleMs) * process.percent) / 100;
}

/** What the kernel shows of it: whole ticks. */
export function shownMs(process: Plan, atMs: number): number {
  return Math.floor(usedMs(process, atMs) / TICK_MS + 1e-9) * TICK_MS;
}

function endMs(process: Plan): number {
  return process.startMs + process.lifeMs;
}

/** When somebody has waited for it. */
function goneMs(process: Plan): number {
  return endMs(process) + process.zombieMs;
}

/** Who is whose child, and who waits for whom, among these processes. */
class Family {
  readonly #all: readonly Plan[];
  readonly #byPid = new Map<number, Plan[]>();
  #reapedBy: Map<Plan | undefined, Plan[]> | undefined;

  constructor(all: readonly Plan[]) {
    this.#all = all;
    for (const each of all) addTo(this.#byPid, each.pid, each);
  }

  /** The process that forked it, as far as it is part of the simulation. */
  parentOf(child: Plan): Plan | undefined {
    return this.#byPid
      .get(child.ppid)
      ?.find((each) => each.startMs <= child.startMs && child.startMs < endMs(each));
  }

  /** Whose child it is at a moment of boot time; of one that ends at that moment no more. */
  parentAt(child: Plan, atMs: number): Plan | undefined {
    let parent = this.parentOf(child);
    while (parent !== undefined && endMs(parent) <= atMs) parent = this.#adopterOf(parent);
    return parent;
  }

  /** CPU time in ms of its ended and waited-for children, and of theirs, at a moment of boot time. */
  reapedMs(process: Plan, atMs: number): number {
    if (process.ignoresChildren === true) return 0;
    this.#reapedBy ??= this.#findReaped();
    return (this.#reapedBy.get(process) ?? [])
      .filter((each) => goneMs(each) <= atMs)
      .reduce((sum, each) => sum + usedMs(each, Infinity) + this.reapedMs(each, Infinity), 0);
  }

  /** Who adopts the children of a process when it ends: the nearest subreaper above it, else pid 1. */
  #adopterOf(ended: Plan): Plan | undefined {
    const atMs = endMs(ended);
    let ancestor = this.parentAt(ended, atMs);
    while (ancestor !== undefined && ancestor.subreaper !== true) {
      ancestor = this.parentAt(ancestor, atMs);
    }
    return ancestor ?? this.#initOf(ended);
  }

  /** Those that end, by who waits for them, if only as its own last deed. */
  #findReaped(): Map<Plan | undefined, Plan[]> {
    const reapedBy = new Map<Plan | undefined, Plan[]>();
    for (const child of this.#all.filter((each) => goneMs(each) < Infinity)) {
      const reaper = this.parentAt(child, goneMs(child) - TICK_MS) ?? this.#initOf(child);
      if (reaper !== child) addTo(reapedBy, reaper, child);
    }
    return reapedBy;
  }

  #initOf(process: Plan): Plan | undefined {
    return this.#byPid.get(INIT_PID)?.find((each) => each !== process);
  }
}

function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** CPU time in ms of its ended and waited-for children, and of theirs, at a moment of boot time. */
export function reapedMs(process: Plan, atMs: number, all: readonly Plan[]): number {
  return new Family(all).reapedMs(process, atMs);
}

export function isThere(process: Plan, atMs: number): boolean {
  return process.startMs <= atMs && atMs < goneMs(process);
}

/** Runs a simulated ps for the whole host, whose rows are read `delayMs` after it was started. */
export function simulatedPs(
  processes: Plan[],
  bootMs: number,
  delayMs = 10,
  kind: PsKind = USUAL,
): Snapshot {
  const { taken, samples } = askSimulatedPs(processes, 'everything', bootMs, delayMs, kind);
  return {
    ...taken,
    helperPid: undefined,
    samples,
    areAgesTrue: true,
    isWhole: true,
    unsampled: new Set(),
  };
}

/** The same for these pids alone, or for all. */
function askSimulatedPs(
  processes: Plan[],
  pids: readonly number[] | 'everything',
  bootMs: number,
  delayMs: number,
  kind: PsKind,
): PsAnswer {
  const readMs = bootMs + delayMs;
  const output = simulatedPsOutput(processes, pids, readMs, kind);
  const taken = { takenFromBootMs: bootMs, takenToBootMs: readMs + TICK_MS };
  return readSimulatedPs(output, taken, kind);
}

/** What ps prints of these pids, or of all, when it reads them at a moment of boot time. */
export function simulatedPsOutput(
  processes: Plan[],
  pids: readonly number[] | 'everything',
  readMs: number,
  kind: PsKind = USUAL,
): string {
  const family = new Family(processes);
  return processes
    .filter((each) => isThere(each, readMs))
    .filter(({ pid }) => pids === 'everything' || pids.includes(pid))
    .map((each) => psRow(each, readMs, family, kind))
    .join('');
}

/** What such an output says. */
export function readSimulatedPs(output: string, taken: Taken, kind: PsKind = USUAL): PsAnswer {
  const precision = kind === 'procps 4' ? 'cuu' : 'pcpu';
  const columns = COLUMN_SETS.find((each) => each.precision === precision);
  const samples = columns && output !== '' ? parsePsOutput(output, columns, taken) : new Map();
  return { taken, helperPid: undefined, psPid: undefined, samples };
}

function psRow(process: Plan, atMs: number, family: Family, kind: PsKind): string {
  const ticks = shownMs(process, atMs) / TICK_MS;
  const elapsed = Math.floor((atMs - process.startMs) / TICK_MS);
  const past = process.changes.filter((each) => process.startMs + each.atAgeMs <= atMs);
  const uid = past.findLast((each) => each.uid !== undefined)?.uid ?? process.uid;
  const comm = past.findLast((each) => each.comm !== undefined)?.comm ?? process.comm;
  const allTicks = ticks + Math.floor(family.reapedMs(process, atMs) / TICK_MS + 1e-9);
  const parent = family.parentAt(process, atMs);
  const isAdopted = parent !== family.parentOf(process);
  const ppid = isAdopted ? (parent?.pid ?? INIT_PID) : process.ppid;
  const hasLeader = atMs < process.startMs + (process.leaderEndsAtAgeMs ?? Infinity);
  const state = hasLeader && atMs < endMs(process) ? 'S' : 'Z';
  const threads = state === 'Z' ? 1 : Math.max(1, Math.ceil(process.percent / 100));
  const nlwp = hasLeader ? threads : 3;
  const seconds = Math.floor(ticks / 100);
  const wholeAge = Math.floor(atMs / 1_000) - Math.floor(process.startMs / 1_000);
  const measured =
    kind === 'procps 4'
      ? [
          String(seconds).padStart(8),
          minutes(Math.floor(allTicks / 100)).padStart(6),
          utilization(ticks, elapsed).padStart(6),
          utilization(allTicks, elapsed).padStart(7),
          tenths(allTicks, elapsed).padStart(4),
          String(Math.floor(elapsed / 100)).padStart(7),
        ]
      : [
          hours(seconds),
          minutes(Math.floor(allTicks / 100)).padStart(6),
          tenths(allTicks, wholeAge * 100).padStart(4),
          String(wholeAge).padStart(7),
        ];
  return [
    String(process.pid).padStart(5),
    String(ppid).padStart(7),
    String(process.sid ?? process.pid).padStart(5),
    String(uid).padStart(5),
    `user${uid}`.padEnd(32),
    state,
    String(nlwp).padStart(4),
    ...measured,
    `${comm}\n`,
  ].join(' ');
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function hours(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const parts = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return days > 0 ? `${days}-${clock}` : clock;
}

function utilization(ticks: number, elapsed: number): string {
  const percent = elapsed > 0 ? (ticks * 100) / elapsed : 0;
  return percent > 99 ? '99.999' : percent.toFixed(3);
}

function tenths(ticks: number, elapsed: number): string {
  const perMille = elapsed > 0 ? Math.floor((ticks * 1_000) / elapsed) : 0;
  return perMille > 999 ? String(Math.floor(perMille / 10)) : (perMille / 10).toFixed(1);
}
