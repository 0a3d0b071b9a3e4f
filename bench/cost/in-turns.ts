import { median } from './median.js';
import { BARE, type Cost, type Environment, runOnce } from './run.js';

/** A command, and how a table calls it. */
export interface NamedCommand {
  readonly name: string;
  readonly command: readonly string[];
}

/**
 * The medians of several runs of each command. They run in turns, so that what else the machine does
 * meets all of them alike; a first turn fills the caches and does not count.
 */
export function measureInTurns(
  commands: readonly NamedCommand[],
  runs: number,
  env: Environment = BARE,
): Cost[] {
  const costs = commands.map((): Cost[] => []);
  for (let turn = 0; turn <= runs; turn++) {
    commands.forEach(({ command }, at) => {
      const cost = runOnce(command, env);
      if (turn > 0) costs[at]?.push(cost);
    });
  }
  return costs.map((each) => ({
    cpuMs: median(each.map(({ cpuMs }) => cpuMs)),
    wallMs: median(each.map(({ wallMs }) => wallMs)),
  }));
}
