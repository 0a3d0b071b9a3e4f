import { Command } from 'commander';
import { vi } from 'vitest';
import { addCommands } from '../../src/program.js';
import { ExitCode } from '../../src/shared/errors.js';

interface Surroundings {
  nowMs: number;
  /** How wide the terminal is. */
  columns?: number;
  colour?: boolean;
}

export interface Printed {
  stdout: string;
  exitCode: number;
}

/**
 * What a command prints, run within this process: of the same options as on the command line, at a moment
 * of the test's choice. No config file is read.
 */
export async function print(
  args: readonly string[],
  { nowMs, columns = 80, colour = false }: Surroundings,
): Promise<Printed> {
  const texts: string[] = [];
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
  vi.stubEnv('COLUMNS', String(columns));
  vi.stubEnv('NO_COLOR', colour ? '' : '1');
  vi.stubEnv('PSUSAGE_CONFIG', '/dev/null');
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  const { isTTY } = process.stdout;
  process.stdout.isTTY = colour;
  let exitCode = 0;
  try {
    const program = new Command('psusage');
    await addCommands(program, args, () => new AbortController().signal);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof ExitCode)) throw error;
    exitCode = error.exitCode;
  } finally {
    process.stdout.isTTY = isTTY;
    stdout.mockRestore();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  }
  return { stdout: texts.join(''), exitCode };
}
