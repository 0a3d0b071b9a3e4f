import type { Command, Option } from 'commander';
import { DEFAULT_CONFIG_PATH } from '../src/shared/config.js';
import { GLOBAL_HELP } from '../src/shared/environment.js';

const ENVIRONMENT = 'Each option can be set by the environment variable that stands with it.';

const FILES: readonly [name: string, what: string][] = [
  [
    DEFAULT_CONFIG_PATH,
    'Values for options, by their long names: options of every command at the top, options of one command in a table of its name, those of the server in [influx].',
  ],
  ['/var/lib/psusage/psusage.db', "The journal of root's recorder, and of the service."],
  ['$XDG_STATE_HOME/psusage/psusage.db', "The journal of anybody else's recorder."],
];

const EXIT_CODES: readonly [code: string, what: string][] = [
  ['0', 'Done.'],
  [
    '1',
    'Failed at run time; or status found a problem, or report --check found that too little was recorded.',
  ],
  ['2', 'Wrong usage or configuration.'],
  ['3', 'A user is over the warning threshold of report --check.'],
  ['4', 'A user is over the critical threshold of report --check.'],
  ['130', 'Interrupted for the second time, before the orderly end.'],
];

/**
 * The manual page of a program and its commands, as roff with the macros of man(7).
 *
 * @param day on which it was made, YYYY-MM-DD
 */
export function manPage(program: Command, day: string): string {
  const name = program.name();
  const lines = [
    `.TH ${name.toUpperCase()} 1 ${day} "${name} ${program.version() ?? ''}"`,
    // A name that is cut in two can't be searched for.
    '.nh',
    '.SH NAME',
    inRoff(`${name} - ${program.description()}`),
    '.SH SYNOPSIS',
    ...program.commands.flatMap((each, at) => [...(at === 0 ? [] : ['.br']), synopsisOf(each)]),
    '.SH DESCRIPTION',
    ...program.commands.flatMap(shortly),
    ...['.SH OPTIONS OF EVERY COMMAND', ...optionsOf(program)],
    ...program.commands.flatMap(sectionOf),
    ...['.SH ENVIRONMENT', inRoff(ENVIRONMENT), ...verbatim(textAfter(program))],
    ...['.SH FILES', ...FILES.flatMap(([term, what]) => tagged(italic(term), what))],
    ...['.SH EXIT STATUS', ...EXIT_CODES.flatMap(([code, what]) => tagged(code, what))],
  ];
  return `${lines.join('\n')}\n`;
}

function synopsisOf(command: Command): string {
  const usage = command.registeredArguments.map((each) => {
    const name = `${italic(each.name())}${each.variadic ? ' ...' : ''}`;
    return each.required ? name : `[${name}]`;
  });
  return [bold(fullName(command)), `[${italic('option')} ...]`, ...usage].join(' ');
}

function shortly(command: Command): string[] {
  return tagged(bold(fullName(command)), command.summary());
}

function sectionOf(command: Command): string[] {
  return [
    `.SH ${inRoff(fullName(command).toUpperCase())}`,
    inRoff(command.description()),
    ...command.registeredArguments.flatMap((each) =>
      tagged(italic(each.name()), command.createHelp().argumentDescription(each)),
    ),
    ...optionsOf(command),
    ...verbatim(textAfter(command)),
  ];
}

function optionsOf(command: Command): string[] {
  const help = command.createHelp();
  let group: string | undefined;
  const isOfAll = ({ long }: Option) => command.parent !== null && long === '--help';
  const options = help.visibleOptions(command).filter((each) => !isOfAll(each));
  return options.flatMap((option) => {
    const { helpGroupHeading: heading } = option;
    const lines = tagged(termOf(option), help.optionDescription(option));
    if (heading === undefined || heading === group) return lines;
    group = heading;
    return [`.SS ${inRoff(heading.replace(/:$/, ''))}`, ...lines];
  });
}

/** `\fB-h\fR, \fB--help\fR`, with the value's name as in the flags. */
function termOf({ flags }: Option): string {
  return flags
    .split(/(?<=,? )/)
    .map((part) => {
      const word = part.trimEnd();
      const isFlag = word.startsWith('-');
      const text = isFlag ? word.replace(/,$/, '') : word;
      return `${isFlag ? bold(text) : italic(text)}${word.endsWith(',') ? ',' : ''}`;
    })
    .join(' ');
}

/** What stands behind the options in a command's help, without the line that refers to the program's own. */
function textAfter(command: Command): string {
  let shown = '';
  command.configureOutput({ writeOut: (text) => (shown += text) });
  command.outputHelp();
  const help = command.helpInformation();
  return shown
    .slice(shown.indexOf(help) + help.length)
    .replace(GLOBAL_HELP, '')
    .trim();
}

function verbatim(text: string): string[] {
  return text === '' ? [] : ['.PP', '.nf', ...text.split('\n').map(inRoff), '.fi'];
}

function tagged(term: string, text: string): string[] {
  return ['.TP', term, inRoff(text)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
}

function bold(text: string): string {
  return String.raw`\fB${inRoff(text)}\fR`;
}

function italic(text: string): string {
  return String.raw`\fI${inRoff(text)}\fR`;
}

/** The same text where roff would see an escape, a hyphen, a request or a character that is not ASCII. */
function inRoff(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/^(?=[.'])/g, String.raw`\&`)
    .replaceAll('"', String.raw`\(dq`)
    .replaceAll("'", String.raw`\(aq`)
    .replaceAll(/\P{ASCII}/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return String.raw`\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    });
}
