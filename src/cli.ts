#!/usr/bin/env -S node --inspect-port=192.0.2.1:9229
// No machine has that address: SIGUSR1 opens Node.js's debugger there in the moment before psusage ignores it.
// Nothing of psusage's own is imported up here: whoever asks for the version alone need not wait for it.
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import type { GlobalOptions } from './shared/global-options.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function runCommand(args: readonly string[]): Promise<void> {
  const { Command, CommanderError } = await import('commander');
  const { addCommands } = await import('./program.js');
  const program = new Command('psusage');
  try {
    await addCommands(program, args, stopOnSignals);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (isOutputUnwritable) return;
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (isHelp) process.exitCode = 0;
    else if (isPlugin(program, args)) await failAsPlugin(error);
    else if (error instanceof CommanderError) {
      const { noteWrongUsage } = await import('./program.js');
      await noteWrongUsage(program, error.message);
      process.exitCode = EXIT_USAGE;
    } else await fail(error, program.opts<GlobalOptions>().logLevel);
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
  const { ExitCode, toMessage } = await import('./shared/errors.js');
  const { toNagiosFailure } = await import('./report/formats/nagios.js');
  if (error instanceof ExitCode) {
    process.exitCode = error.exitCode;
    return;
  }
  const { text, exitCode } = toNagiosFailure(toMessage(error).replace(/^error: /, ''));
  process.stdout.write(text);
  process.exitCode = exitCode;
}

/** The command line could answer too, once it is loaded. */
function printVersion(): void {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  process.stdout.write(`${version}\n`);
}

function asksForVersion(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '--version' || args[0] === '-V');
}

/**
 * What would end a process unless it is handled, or in the case of SIGUSR1 lets every user of the machine attach a
 * debugger to it. Node.js ignores SIGPIPE itself.
 */
function ignoreSignals(): void {
  for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP']) process.on(signal, () => undefined);
}

/** The first SIGTERM, SIGINT or SIGQUIT asks the command to end in order, the second ends at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) process.on(signal, stop);
  return controller.signal;
}

async function fail(error: unknown, logLevel: GlobalOptions['logLevel']): Promise<void> {
  const { ExitCode, toMessage, PsusageError, UsageError } = await import('./shared/errors.js');
  if (error instanceof ExitCode) {
    process.exitCode = error.exitCode;
    return;
  }
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  const lines = [`psusage: ${toMessage(error)}`];
  if (error instanceof PsusageError && error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (logLevel === 'debug' && error instanceof Error)
    lines.push(...(error.stack?.split('\n') ?? []));
  const { writeToStderr } = await import('./shared/stderr.js');
  writeToStderr('error', lines);
}

/** Whether that is told already, and what else fails of it is not. */
let isOutputUnwritable = false;

/** A reader that went away, such as `head`, is no failure of ours. */
function endOnUnwritableOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    if (isOutputUnwritable) return;
    isOutputUnwritable = true;
    void import('./shared/stderr.js').then(({ writeToStderr }) => {
      writeToStderr('error', [`psusage: cannot write to stdout: ${error.message}`]);
      process.exit(EXIT_FAILED);
    });
  });
}

/** A service goes on when nobody reads its log; that its log can't be written can't be told anyway. */
function goOnWithoutLog(): void {
  process.stderr.on('error', () => undefined);
}

ignoreSignals();
endOnUnwritableOutput();
goOnWithoutLog();
const args = process.argv.slice(2);
if (asksForVersion(args)) printVersion();
else await runCommand(args);
