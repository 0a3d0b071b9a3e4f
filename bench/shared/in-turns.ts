import { spawnSync } from 'node:child_process';
import { median } from './table.js';

/** What a run of a command cost. */
export interface Cost {
  /** On CPUs, user and system, of the command and its children, as the kernel told who waited for it. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Node.js can't tell what a child used; the shell's own `time` can, to a millisecond. */
const TIMED = 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null';

const TIMES = /(\d+\.\d{3}) (\d+\.\d{3}) (\d+\.\d{3})\n$/;

/** What cron gives to a command, about. */
export const BARE: Environment = { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' };

/**
 * The medians of several runs of each command. They run in turns, so that what else the machine does
 * meets all of them alike; a first turn fills the caches and does not count.
 *
 * @throws when one fails
 */
export function measureInTurns(
  commands: readonly (readonly string[])[],
  runs: number,
  env = BARE,
): Cost[] {
  const costs = commands.map((): Cost[] => []);
  for (let turn = 0; turn <= runs; turn++) {
    commands.forEach((command, at) => {
      const cost = runOnce(command, env);
      if (turn > 0) costs[at]?.push(cost);
    });
  }
  return costs.map((each) => ({
    cpuMs: median(each.map(({ cpuMs }) => cpuMs)),
    wallMs: median(each.map(({ wallMs }) => wallMs)),
  }));
}

function runOnce(command: readonly string[], env: Environment): Cost {
  const { status, stderr } = spawnSync('bash', ['-c', TIMED, 'bash', ...command], {
    encoding: 'utf8',
    env,
  });
  const times = TIMES.exec(stderr);
  if (status !== 0 || times === null) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [wallMs = 0, userMs = 0, systemMs = 0] = times.slice(1).map((text) => Number(text) * 1000);
  return { cpuMs: userMs + systemMs, wallMs };
}
