import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeMachine, type Machine } from '../experiment/machine.js';

const run = promisify(execFile);

/** The machine, and the programs that sampled on it. */
export interface SampledMachine extends Machine {
  readonly ps: string;
  readonly pidstat: string;
}

export async function describeSampledMachine(now: Date): Promise<SampledMachine> {
  return {
    ...(await describeMachine(now)),
    ps: (await firstLineOf('ps', '--version')).replace(/^ps from /, ''),
    pidstat: await firstLineOf('pidstat', '-V'),
  };
}

async function firstLineOf(command: string, option: string): Promise<string> {
  const { stdout } = await run(command, [option]);
  return stdout.split('\n')[0] ?? '';
}
