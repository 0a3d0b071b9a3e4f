#!/usr/bin/env -S node --inspect-port=192.0.2.1:9229
// No machine has that address: SIGUSR1 opens Node.js's debugger there in the moment before psusage ignores it.
// The program itself is not loaded for the version's sake.
import { loadProgram } from './load-program.js';
import { writeToStderr } from './shared/stderr.js';
import { VERSION } from './shared/version.js';

const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

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

/** A reader that went away, such as `head`, is no failure of ours. */
function endOnUnwritableOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    writeToStderr('error', [`psusage: cannot write to stdout: ${error.message}`]);
    process.exit(EXIT_FAILED);
  });
}

/** A service goes on when nobody reads its log; that its log can't be written can't be told anyway. */
function goOnWithoutLog(): void {
  process.stderr.on('error', () => undefined);
}

/** Node.js ends, too, where a command waits for what nothing is left to bring; then it is not done. */
async function run(args: readonly string[]): Promise<void> {
  const fail = () => (process.exitCode = EXIT_FAILED);
  process.once('beforeExit', fail);
  await loadProgram(!args.includes('record')).runCommand(args, stopOnSignals);
  process.off('beforeExit', fail);
}

// Node.js keeps warnings of what a library in node_modules uses to itself; the bundle is not there.
process.noDeprecation = true;
ignoreSignals();
endOnUnwritableOutput();
goOnWithoutLog();
const args = process.argv.slice(2);
if (asksForVersion(args)) process.stdout.write(`${VERSION}\n`);
else void run(args);
