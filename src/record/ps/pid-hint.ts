import { openSync, readFileSync, readSync } from 'node:fs';

/** Which pids the kernel assigns: in order, from the first again after the last. */
export interface PidHint {
  /** The last one assigned. */
  lastPid: number;
  /** One more than the greatest possible. */
  pidMax: number;
}

/** Where the kernel continues after the greatest; smaller pids are assigned after a boot only. */
const FIRST_PID_AFTER_WRAP = 300;

const LOADAVG_FILE = '/proc/loadavg';
const PID_MAX_FILE = '/proc/sys/kernel/pid_max';

/** Five short numbers. */
const MAX_LOADAVG_BYTES = 128;

/**
 * Makes what reads the hint, which each sample does twice: so it keeps the file open, and reads the greatest pid
 * possible again only where the last one has begun anew, or exceeds it. That returns undefined where this system has
 * no hint.
 */
export function createPidHintReader(): () => PidHint | undefined {
  const buffer = Buffer.alloc(MAX_LOADAVG_BYTES);
  let [lastPid, pidMax] = [Infinity, 0];
  let file: number | undefined;
  return () => {
    try {
      const before = lastPid;
      file ??= openSync(LOADAVG_FILE, 'r');
      lastPid = readLastPid(file, buffer);
      if (lastPid < before || lastPid >= pidMax)
        pidMax = Number(readFileSync(PID_MAX_FILE, 'latin1'));
      const isSane = Number.isInteger(lastPid) && lastPid > 0 && lastPid < pidMax;
      return isSane ? { lastPid, pidMax } : undefined;
    } catch {
      return undefined;
    }
  };
}

/** The last word of the file, which the kernel writes anew where it is read from its begin. */
function readLastPid(file: number, buffer: Buffer): number {
  const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  return Number(text.slice(text.lastIndexOf(' ')));
}

/** How many pids were assigned between two readings; a whole round can't be told from none. */
export function countPidsBetween(before: PidHint, now: PidHint): number {
  if (now.lastPid >= before.lastPid) return now.lastPid - before.lastPid;
  const untilWrap = now.pidMax - 1 - before.lastPid;
  return Math.max(untilWrap, 0) + Math.max(now.lastPid - FIRST_PID_AFTER_WRAP + 1, 0);
}

/** The pids assigned between two readings, in order: a process comes before its threads. */
export function pidsBetween(before: PidHint, now: PidHint): number[] {
  const first = before.lastPid + 1;
  if (now.lastPid >= before.lastPid) return range(first, now.lastPid);
  return [...range(first, now.pidMax - 1), ...range(FIRST_PID_AFTER_WRAP, now.lastPid)];
}

/** Whether this pid was assigned between two readings. */
export function isBetween(before: PidHint, now: PidHint, pid: number): boolean {
  if (now.lastPid >= before.lastPid) return before.lastPid < pid && pid <= now.lastPid;
  return pid > before.lastPid || (pid >= FIRST_PID_AFTER_WRAP && pid <= now.lastPid);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => from + i);
}
