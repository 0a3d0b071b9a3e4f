import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LOAD_GRACE_SECONDS, type Load, type LoadOutcome, type LoadPlace } from './load.js';
import { startProcess, untilExit, type StartedProcess } from './start-process.js';
import type { BenchUser } from './users.js';

const STRESS_NG = '/usr/bin/stress-ng';

/** What all of it is called: a name that nothing else on the machine has. */
const PROGRAM = 'psbench-stress';

/** Two users at once who each keep a vCPU as busy as the rest of the machine lets them. */
export const cpuBoundLoad: Load = {
  name: 'cpu-bound',
  programs: [PROGRAM],
  run: async (place) => {
    const [a, b] = place.users;
    await linkProgram(place);
    const started = [await startStress(a, place), await startStress(b, place)];
    const exits = await untilExit(started, place.signal);
    return outcomeOf(started, exits, place);
  },
};

/** The same one after the other: with a vCPU left over for the rest, each is above 99 %. */
export const cpuBoundInTurnLoad: Load = {
  name: 'cpu-bound-in-turn',
  programs: [PROGRAM],
  run: async (place) => {
    const [a, b] = place.users;
    await linkProgram(place);
    const first = await startStress(a, place);
    const exits = await untilExit([first], place.signal);
    const second = await startStress(b, place);
    exits.push(...(await untilExit([second], place.signal)));
    return outcomeOf([first, second], exits, place);
  },
};

function linkProgram({ folder }: LoadPlace): Promise<void> {
  return symlink(STRESS_NG, join(folder, PROGRAM));
}

function outcomeOf(
  started: readonly StartedProcess[],
  exits: readonly number[],
  { seconds }: LoadPlace,
): LoadOutcome {
  return {
    topPids: started.map(({ pid }) => pid),
    notes: [`stress-ng, one worker each for ${seconds} s, exits ${exits.join(' and ')}`],
  };
}

function startStress(user: BenchUser, place: LoadPlace): Promise<StartedProcess> {
  const { folder, cgroups, seconds } = place;
  const time = ['--timeout', `${seconds}s`, '--temp-path', '/tmp'];
  return startProcess([join(folder, PROGRAM), '--quiet', '--keep-name', '--cpu', '1', ...time], {
    cgroups,
    user,
    cwd: '/',
    limitSeconds: seconds + LOAD_GRACE_SECONDS,
  });
}
