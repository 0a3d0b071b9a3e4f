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

/** The process that forked it, as far as it is part of the simulation. */
function parentOf(child: Plan, all: readonly Plan[]): Plan | undefined {
  return all.find(
    (each) =>
      each.pid === child.ppid && each.startMs <= child.startMs && child.startMs < endMs(each),
  );
}

/** Whose child it is at a moment of boot time; of one that ends at that moment no more. */
function parentAt(child: Plan, atMs: number, all: readonly Plan[]): Plan | undefined {
  let parent = parentOf(child, all);
  while (parent !== undefined && endMs(parent) <= atMs) parent = adopterOf(parent, all);
  return parent;
}

/** Who adopts the children of a process when it ends: the nearest subreaper above it, else pid 1. */
function adopterOf(ended: Plan, all: readonly Plan[]): Plan | undefined {
  const atMs = endMs(ended);
  let ancestor = parentAt(ended, atMs, all);
  while (ancestor !== undefined && ancestor.subreaper !== true) {
    ancestor = parentAt(ancestor, atMs, all);
  }
  return ancestor ?? all.find((each) => each.pid === INIT_PID && each !== ended);
}

/** Who waits for it in the end, if only as its own last deed. */
function reaperOf(child: Plan, all: readonly Plan[]): Plan | undefined {
  const justBeforeMs = endMs(child) + child.zombieMs - TICK_MS;
  const reaper = parentAt(child, justBeforeMs, all);
  return reaper ?? all.find((each) => each.pid === INIT_PID && each !== child);
}

/** CPU time in ms of its ended and waited-for children, and of theirs, at a moment of boot time. */
export function reapedMs(process: Plan, atMs: number, all: readonly Plan[]): number {
  if (process.ignoresChildren === true) return 0;
  return all
    .filter((each) => each !== process && endMs(each) + each.zombieMs <= atMs)
    .filter((each) => reaperOf(each, all) === process)
    .reduce((sum, each) => sum + usedMs(each, Infinity) + reapedMs(each, Infinity, all), 0);
}

export function isThere(process: Plan, atMs: number): boolean {
  return process.startMs <= atMs && atMs < process.startMs + process.lifeMs + process.zombieMs;
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
  return processes
    .filter((each) => isThere(each, readMs))
    .filter(({ pid }) => pids === 'everything' || pids.includes(pid))
    .map((each) => psRow(each, readMs, processes, kind))
    .join('');
}

/** What such an output says. */
export function readSimulatedPs(output: string, taken: Taken, kind: PsKind = USUAL): PsAnswer {
  const precision = kind === 'procps 4' ? 'cuu' : 'pcpu';
  const columns = COLUMN_SETS.find((each) => each.precision === precision);
  const samples = columns && output !== '' ? parsePsOutput(output, columns, taken) : new Map();
  return { taken, helperPid: undefined, psPid: undefined, samples };
}

function psRow(process: Plan, atMs: number, all: readonly Plan[], kind: PsKind): string {
  const ticks = shownMs(process, atMs) / TICK_MS;
  const elapsed = Math.floor((atMs - process.startMs) / TICK_MS);
  const past = process.changes.filter((each) => process.startMs + each.atAgeMs <= atMs);
  const uid = past.findLast((each) => each.uid !== undefined)?.uid ?? process.uid;
  const comm = past.findLast((each) => each.comm !== undefined)?.comm ?? process.comm;
  const allTicks = ticks + Math.floor(reapedMs(process, atMs, all) / TICK_MS + 1e-9);
  const isAdopted = parentOf(process, all) !== parentAt(process, atMs, all);
  const ppid = isAdopted ? (parentAt(process, atMs, all)?.pid ?? INIT_PID) : process.ppid;
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
