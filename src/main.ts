import { Command, CommanderError } from 'commander';
import { addCommands, noteWrongUsage } from './program.js';
import { ExitCode, PsusageError, toMessage, UsageError } from './shared/errors.js';
import type { GlobalOptions } from './shared/global-options.js';
import { writeToStderr } from './shared/stderr.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * Does what the command line says, and sets the exit code.
 *
 * @param stopOnSignals called by a command that ends in order when it is asked to
 */
export async function runCommand(
  args: readonly string[],
  stopOnSignals: () => AbortSignal,
): Promise<void> {
  const program = new Command('psusage');
  try {
    await addCommands(program, args, stopOnSignals);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) process.exitCode = 0;
    else if (isPlugin(program, args)) await failAsPlugin(error);
    else if (error instanceof CommanderError) {
      await noteWrongUsage(program, error.message);
      process.exitCode = EXIT_USAGE;
    } else fail(error, program.opts<GlobalOptions>().logLevel);
  }
}

/** Whether a monitoring plugin's output is wanted, though the command line may not have been read to its end. */
function isPlugin(program: Command, args: readonly string[]): boolean {
  const report = program.commands.find((command) => command.name() === 'report');
  const format: unknown = report?.getOptionValue('format');
  return format === 'nagios' || /--format[= ]nagios( |$)/.test(args.join(' '));
}

/** Its monitor reads stdout, and would take the other exit codes for a warning or worse. */
async function failAsPlugin(error: unknown): Promise<void> {
  if (error instanceof ExitCode) {
    process.exitCode = error.exitCode;
    return;
  }
  const { toNagiosFailure } = await import('./report/formats/nagios.js');
  const { text, exitCode } = toNagiosFailure(toMessage(error).replace(/^error: /, ''));
  process.stdout.write(text);
  process.exitCode = exitCode;
}

function fail(error: unknown, logLevel: GlobalOptions['logLevel']): void {
  if (error instanceof ExitCode) {
    process.exitCode = error.exitCode;
    return;
  }
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  const lines = [`psusage: ${toMessage(error)}`];
  if (error instanceof PsusageError && error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (logLevel === 'debug' && error instanceof Error)
    lines.push(...(error.stack?.split('\n') ?? []));
  writeToStderr('error', lines);
}
