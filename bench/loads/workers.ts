import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkProgram } from './load.js';

const PYTHON = '/usr/bin/python3';
const SOURCE = fileURLToPath(new URL('workers.py', import.meta.url));

/** A fork of a master that waits for it. */
export interface Worker {
  /** After the master's start. */
  readonly startMs: number;
  readonly lifeMs: number;
  /** CPU time ÷ lifetime; less where the machine has no more to give. */
  readonly percent: number;
  readonly uid: number;
}

/**
 * The command of a master that forks workers as planned, each called `program`, and lives on after the
 * last of them, until its input ends.
 */
export async function writeWorkers(
  folder: string,
  program: string,
  plan: readonly Worker[],
  lingerSeconds: number,
): Promise<string[]> {
  const [script, file] = [join(folder, 'workers.py'), join(folder, `${program}.json`)];
  const rows = plan
    .toSorted((a, b) => a.startMs - b.startMs)
    .map(({ startMs, lifeMs, percent, uid }) => [startMs, lifeMs, percent, uid]);
  await copyFile(SOURCE, script);
  await writeFile(file, JSON.stringify(rows));
  const python = await linkProgram(folder, program, PYTHON);
  return [python, '-I', '-S', script, file, String(lingerSeconds)];
}

/** When the last of them is over, in seconds after the start. */
export function durationSeconds(plan: readonly Worker[]): number {
  return plan.reduce((most, { startMs, lifeMs }) => Math.max(most, startMs + lifeMs), 0) / 1000;
}
