import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { EndedProcess } from './ended-process.js';

const run = promisify(execFile);

/** `dump-acct` prints times in the kernel's AHZ, which is 100 everywhere but on Alpha. */
const TICK_MS = 10;

/** A million processes; more is no experiment of this kind. */
const MAX_OUTPUT_BYTES = 200 * 1024 ** 2;

const FIELDS = 15;

/** Process accounting to a file of its own. One a machine: another's is turned off by it. */
export interface ProcessAccounting {
  /** Turns it off and reads what ended meanwhile. */
  stop(): Promise<EndedProcess[]>;
}

/**
 * Turns process accounting on (package `acct`, as root). Only processes that end before `stop` are
 * in it. A process's user and system time are each a count of timer ticks, not of nanoseconds, cut
 * to 10 ms and kept in 13 bits with an exponent of base 8: from 81.92 s in steps of 80 ms, from
 * 655.36 s in steps of 640 ms. The start is in whole seconds. The kernel stops writing when the
 * file's disk is 98 % full (`kernel.acct`).
 */
export async function startProcessAccounting(file: string): Promise<ProcessAccounting> {
  await writeFile(file, '');
  await run('accton', [file]);
  return {
    stop: async () => {
      await run('accton', ['off']);
      const { stdout } = await run('dump-acct', [file], { maxBuffer: MAX_OUTPUT_BYTES });
      return splitRecords(stdout).map(parseDumpAcctLine);
    },
  };
}

/** A command's name may hold line breaks; what follows the version never does. */
function splitRecords(text: string): string[] {
  return text.match(/[^]*?\|v\d\|.*\n/gy)?.map((record) => record.trimEnd()) ?? [];
}

/**
 * Reads a line of `dump-acct` for a record of version 3:
 * `command |v3| user| system| elapsed| uid| gid| memory| io| pid| ppid|flags| exit|tty|start`.
 *
 * @throws when it is of an older version, which knows no pid
 */
function parseDumpAcctLine(line: string): EndedProcess {
  const fields = line.split('|');
  const command = fields.slice(0, fields.length - FIELDS + 1).join('|');
  const [version, user, system, elapsed, uid, , , , pid, ppid, , , , start] = fields
    .slice(-FIELDS + 1)
    .map((field) => field.trim());
  const startedMs = Date.parse(start ?? '');
  if (version !== 'v3' || Number.isNaN(startedMs)) {
    throw new Error(`not a line of dump-acct, version 3: '${line}'`);
  }
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    uid: Number(uid),
    command: command.trimEnd(),
    cpuMs: (Number(user) + Number(system)) * TICK_MS,
    startedMs,
    endedMs: startedMs + Number(elapsed) * TICK_MS,
  };
}
