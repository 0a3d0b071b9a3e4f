#!/usr/bin/env node
import { hostname } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { addRecordCommand } from './record/command.js';
import { addReportCommand } from './report/command.js';
import { applyConfig } from './shared/config.js';
import { applyEnvironment, ENVIRONMENT_HELP } from './shared/environment.js';
import { messageOf, PsusageError, UsageError } from './shared/errors.js';
import type { GlobalOptions } from './shared/global-options.js';
import { DEFAULT_JOURNAL_IN_WORDS, journalPath } from './shared/journal/path.js';
import { VERSION } from './shared/version.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

function addCommands(program: Command): void {
  program
    .description('Which user spent how much CPU on this server, in CPU credits a day')
    .version(VERSION)
    .addOption(
      new Option(
        '--journal <path>',
        `the SQLite file that holds everything (default: ${DEFAULT_JOURNAL_IN_WORDS})`,
      ).env('PSUSAGE_JOURNAL'),
    )
    .addOption(
      new Option('--host <name>', 'how this machine is called in what is recorded')
        .env('PSUSAGE_HOST')
        .default(hostname()),
    )
    .addOption(
      new Option('--config <file>', 'a TOML file with values for these options').env(
        'PSUSAGE_CONFIG',
      ),
    )
    .addOption(
      new Option('--log-level <level>', 'how much is logged to stderr')
        .env('PSUSAGE_LOG_LEVEL')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('afterAll', ENVIRONMENT_HELP)
    .showSuggestionAfterError()
    .hook('preAction', settleOptions);
  addRecordCommand(program, stopOnSignals);
  addReportCommand(program);
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      outputError: (text, write) => {
        write(`psusage: ${text.replace(/^error: /, '')}`);
      },
    });
  }
}

/** Gives each option the value that counts: flag over environment over config file over default. */
async function settleOptions(root: Command, command: Command): Promise<void> {
  for (const each of [root, command]) applyEnvironment(each, process.env);
  await applyConfig(root, command, root.getOptionValue('config') as string | undefined);
  const journal = journalPath(
    root.getOptionValue('journal') as string | undefined,
    process.getuid?.() ?? 0,
    { XDG_STATE_HOME: process.env['XDG_STATE_HOME'] },
  );
  root.setOptionValue('journal', journal);
}

/** The first SIGTERM or SIGINT asks the command to end in order, the second ends at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => undefined);
  return controller.signal;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}

function explain(error: unknown, logLevel: GlobalOptions['logLevel']): void {
  if (error instanceof CommanderError) return;
  const lines = [`psusage: ${messageOf(error)}`];
  if (error instanceof PsusageError && error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (logLevel === 'debug' && error instanceof Error && error.stack !== undefined)
    lines.push(error.stack);
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** A reader that went away, such as `head`, is no failure of ours. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : EXIT_FAILED);
  });
}

/** A service goes on when nobody reads its log; that its log can't be written can't be told anyway. */
function goOnWithoutLog(): void {
  process.stderr.on('error', () => undefined);
}

endQuietlyOnClosedPipe();
goOnWithoutLog();
const program = new Command('psusage');
try {
  addCommands(program);
  await program.parseAsync();
} catch (error) {
  explain(error, program.opts<GlobalOptions>().logLevel);
  process.exitCode = exitCodeOf(error);
}
