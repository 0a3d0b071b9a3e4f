import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const CLI = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));

export interface CliRun {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string | null>;
}

/**
 * Starts the built program; nothing of this process's environment but PATH reaches it.
 *
 * @param as in which folder and as which user, if not as this process; which program, if not the built one; a file
 *   descriptor for its stdout, if that is not to be read
 */
export function startCli(
  args: string[],
  env: Record<string, string> = {},
  {
    cli = CLI,
    stdout: target = 'pipe',
    ...as
  }: { cli?: string; stdout?: 'pipe' | number; cwd?: string; uid?: number; gid?: number } = {},
): CliRun {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env['PATH'], COLUMNS: '100', ...env },
    stdio: ['ignore', target, 'pipe'],
    ...as,
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(
    ([code, signal]) => (code as number | null) ?? (signal as string | null),
  );
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Waits until something is true, at most `withinMs`. */
export async function until(isTrue: () => boolean, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > endMs)
      throw new Error(`not true within ${withinMs} ms: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
