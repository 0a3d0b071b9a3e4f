import { spawnSync } from 'node:child_process';

/** What a run of a command cost. */
export interface Cost {
  /** On CPUs, user and system, of the command and its children, as the kernel told who waited for it. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Node.js can't tell what a child used; the shell's own `time` can, to a millisecond. */
const TIMED = 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null';

const TIMES = /(\d+\.\d{3}) (\d+\.\d{3}) (\d+\.\d{3})\n$/;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What cron gives to a command, about. */
export const BARE: Environment = { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' };

/**
 * Runs a command to its end and throws away what it prints.
 *
 * @throws when it fails
 */
export function runOnce(command: readonly string[], env: Environment): Cost {
  const { status, stderr } = spawnSync('bash', ['-c', TIMED, 'bash', ...command], {
    encoding: 'utf8',
    env,
  });
  const times = TIMES.exec(stderr);
  if (status !== 0 || times === null) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [wallMs = 0, userMs = 0, systemMs = 0] = times.slice(1).map((text) => Number(text) * 1000);
  return { cpuMs: userMs + systemMs, wallMs };
}
