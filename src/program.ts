import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import {
  applyConfig,
  checkConfig,
  type CheckedConfig,
  type SharedTables,
} from './shared/config.js';
import { applyEnvironment, ENVIRONMENT_HELP, GLOBAL_HELP } from './shared/environment.js';
import { toMessage, UsageError } from './shared/errors.js';
import { DEFAULT_JOURNAL_TEXT, journalPath } from './shared/journal/path.js';
import { writeToStderr } from './shared/stderr.js';
import { VERSION } from './shared/version.js';

/** Adds a command's options, and what it does. */
type Define = (command: Command, stopOnSignals: () => AbortSignal) => void;

/** A command as the list of all commands has it; its options are not loaded for another one's sake. */
interface ListedCommand {
  name: string;
  summary: string;
  load: () => Promise<Define>;
  /** Called by people rather than by cron or systemd, so it also warns of what is wrong in the tables of other commands. */
  isForPeople?: true;
  /**
   * Notes in the journal that the command line, the environment or the config file kept it from running.
   *
   * @returns what to throw: the error, or only its exit code where it need not be told again yet
   */
  noteMisconfigured?: (journal: string, error: unknown, command?: Command) => Promise<unknown>;
}

const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'record',
    summary: 'record the CPU time of processes in the journal',
    load: async () => (await import('./record/command.js')).defineRecord,
  },
  {
    name: 'ship',
    summary: 'send credit records to InfluxDB or VictoriaMetrics',
    load: async () => (await import('./record/ship/command.js')).defineShip,
    noteMisconfigured: async (journal, error, command) => {
      const { noteFailedStart } = await import('./record/ship/attempt.js');
      const { STANDARD_OUTPUT } = await import('./record/output.js');
      const remindEveryMs = command?.getOptionValue('remindEvery') as number | undefined;
      return noteFailedStart(journal, error, STANDARD_OUTPUT, remindEveryMs);
    },
  },
  {
    name: 'prune',
    summary: 'delete old credit records; reports stay as they are',
    load: async () => (await import('./record/prune/command.js')).definePrune,
  },
  {
    name: 'report',
    isForPeople: true,
    summary: 'show what each user spent',
    load: async () => (await import('./report/command.js')).defineReport,
  },
  {
    name: 'status',
    isForPeople: true,
    summary: 'show whether it is recording and shipping, for monitoring',
    load: async () => (await import('./report/status/command.js')).defineStatus,
  },
  {
    name: 'top',
    summary: 'show who uses the CPU now',
    load: async () => {
      const { defineTop } = await import('./report/top/command.js');
      return (command, stopOnSignals) => {
        defineTop(command, stopOnSignals, {
          readReportOptions: () => readReportOptions(command),
          recordAside: async (...args) =>
            (await import('./record/record-aside.js')).recordAside(...args),
        });
      };
    },
  },
  {
    name: 'salvage',
    summary: 'copy what can be read of a damaged journal',
    load: async () => (await import('./record/salvage/command.js')).defineSalvage,
  },
  {
    name: 'config',
    summary: 'check the config file',
    load: async () => {
      const { defineConfig } = await import('./config/command.js');
      return (command) => {
        defineConfig(command, checkWholeConfig);
      };
    },
  },
  {
    name: 'completion',
    summary: 'print completion for bash, zsh or fish',
    load: async () => {
      const { defineCompletion } = await import('./completion/command.js');
      return (command) => {
        defineCompletion(command, wholeProgram);
      };
    },
  },
];

const SHARED_TABLES: SharedTables = new Map([
  [
    'influx',
    async () => (await import('./shared/influx/connection-options.js')).connectionOptions(),
  ],
]);

/**
 * Adds every command, with options unless the command line begins with another one. What a command
 * does, and the libraries that it needs for that, are loaded when it runs.
 *
 * @param args the command line
 * @param stopOnSignals called by a command that ends in order when it is asked to
 */
export async function addCommands(
  program: Command,
  args: readonly string[],
  stopOnSignals: () => AbortSignal,
): Promise<void> {
  program
    .description('Shows how much CPU each user of this server spends a day, in CPU credits')
    .version(VERSION)
    .addOption(
      new Option(
        '--journal <path>',
        `the SQLite file with all records (default: ${DEFAULT_JOURNAL_TEXT})`,
      ).env('PSUSAGE_JOURNAL'),
    )
    .addOption(
      new Option('--host <name>', 'name of this machine in the records')
        .env('PSUSAGE_HOST')
        .default(hostname(), 'the hostname'),
    )
    .addOption(
      new Option(
        '--config <file>',
        'TOML file with values for all options (default: /etc/psusage.toml)',
      ).env('PSUSAGE_CONFIG'),
    )
    .addOption(
      new Option('--log-level <level>', 'how much is logged to stderr')
        .env('PSUSAGE_LOG_LEVEL')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addHelpText('after', ENVIRONMENT_HELP)
    .showSuggestionAfterError()
    .showHelpAfterError(helpHint('psusage'))
    .hook('preAction', prepareOptions)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        writeToStderr('error', text.trimEnd().split('\n'));
      },
      outputError: (text, write) => {
        write(`psusage: ${text.replace(/^error: /, '')}`);
      },
    });
  // commander copies these settings when a subcommand is created.
  const named = COMMANDS.find(({ name }) => name === args[0]);
  for (const each of COMMANDS) {
    const command = program
      .command(each.name)
      .summary(each.summary)
      .addHelpText('after', GLOBAL_HELP)
      .showHelpAfterError(helpHint(`psusage ${each.name}`));
    if (named === undefined || named === each) (await each.load())(command, stopOnSignals);
  }
}

function helpHint(command: string): string {
  return `hint: ${command} --help lists them`;
}

/** Every command with its options, to be described rather than run. */
export async function wholeProgram(): Promise<Command> {
  const program = new Command('psusage');
  await addCommands(program, [], () => new AbortController().signal);
  return program;
}

async function prepareOptions(root: Command, command: Command): Promise<void> {
  try {
    await mergeOptions(root, command);
  } catch (error) {
    const { noteMisconfigured } = COMMANDS.find(({ name }) => name === command.name()) ?? {};
    throw (await noteMisconfigured?.(findJournal(root), error, command)) ?? error;
  }
}

/** Notes in the journal that cron or systemd calls a command wrongly; at a terminal it is seen at once. */
export async function noteWrongUsage(root: Command, message: string): Promise<void> {
  const { noteMisconfigured } = COMMANDS.find(({ name }) => name === root.args[0]) ?? {};
  if (noteMisconfigured === undefined || process.stderr.isTTY) return;
  try {
    await noteMisconfigured(findJournal(root), new UsageError(message.replace(/^error: /, '')));
  } catch {
    // Without a journal it can't be noted.
  }
}

/** Gives each option the value that counts: flag over environment over config file over default. */
async function mergeOptions(root: Command, command: Command): Promise<void> {
  for (const each of [root, command]) applyEnvironment(each, process.env);
  const config = root.getOptionValue('config') as string | undefined;
  // Which finds in the file what this would stop at.
  if (command.parent?.name() === 'config') return;
  const others = await applyFile(root, command, config);
  if (others.length > 0 && isForPeople(command)) await warnOfOtherTables(config);
  root.setOptionValue('journal', findJournal(root));
}

/** As `applyConfig`. Only with the options of all commands can be told in which table a key belongs. */
async function applyFile(root: Command, command: Command, named: string | undefined) {
  try {
    return await applyConfig(root, command, named, SHARED_TABLES);
  } catch (error) {
    const checked = error instanceof UsageError ? await checkWholeConfig(named) : undefined;
    throw checked?.problems.find(({ message }) => message === toMessage(error)) ?? error;
  }
}

/** What the environment and the config file say of reports. */
async function readReportOptions(command: Command): Promise<{ budget: string[]; tz?: string }> {
  const { config } = command.optsWithGlobals<{ config?: string }>();
  const root = await wholeProgram();
  const report = root.commands.find((each) => each.name() === 'report') ?? root;
  report.action(() => undefined);
  const args = config === undefined ? ['report'] : ['--config', config, 'report'];
  await root.parseAsync(args, { from: 'user' });
  return report.opts();
}

function findJournal(root: Command): string {
  const named = root.getOptionValue('journal') as string | undefined;
  return journalPath(named, process.getuid?.() ?? 0, {
    XDG_STATE_HOME: process.env['XDG_STATE_HOME'],
  });
}

function isForPeople(command: Command): boolean {
  return COMMANDS.some(({ name, isForPeople = false }) => name === command.name() && isForPeople);
}

async function warnOfOtherTables(named: string | undefined): Promise<void> {
  const { problems = [] } = (await checkWholeConfig(named)) ?? {};
  writeToStderr(
    'warn',
    problems.map(({ message }) => `psusage: warning: ${message}`),
  );
}

/** What is wrong in the config file, whichever command it is for. */
async function checkWholeConfig(named: string | undefined): Promise<CheckedConfig | undefined> {
  const root = await wholeProgram();
  return checkConfig(root, root.commands, named, SHARED_TABLES);
}
