import type {
  DescribedArgument,
  DescribedCommand,
  DescribedOption,
  DescribedValue,
} from './describe.js';

/** Completion for zsh; the file is to be called `_psusage` and to lie in a folder of `fpath`. */
export function zshCompletion(root: DescribedCommand): string {
  const { name, commands } = root;
  return `#compdef ${name}
# Made by: ${name} completion zsh

_${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${root.options.map((each) => `    ${formatOption(each)} \\\n`).join('')}    '1:command:->command' \\
    '*::argument:->arguments' && return
  case $state in
    command)
      local -a commands=(
${commands.map((each) => `        ${quoted(`${each.name}:${escaped(each.summary)}`)}\n`).join('')}      )
      _describe command commands
      ;;
    arguments)
      case $line[1] in
${commands.map((each) => formatCase(each, root.options)).join('')}      esac
      ;;
  esac
}

_${name} "$@"
`;
}

function formatCase(command: DescribedCommand, global: readonly DescribedOption[]): string {
  const own = new Set(command.options.flatMap(({ flags }) => flags));
  const others = global.filter(({ flags }) => !flags.some((flag) => own.has(flag)));
  const specs = [
    ...[...command.options, ...others].map(formatOption),
    ...command.arguments.map(formatArgument),
  ];
  return `        ${command.name})
          _arguments -s \\
${specs.map((spec) => `            ${spec}`).join(' \\\n')}
          ;;
`;
}

/** One option of _arguments; its flags exclude each other. */
function formatOption({
  flags,
  description,
  value,
  isValueOptional,
  mayRepeat,
}: DescribedOption): string {
  const says = `[${escaped(description)}]`;
  // Of an optional value it is only known that there is one when it stands behind the equals sign.
  const assigned = isValueOptional ? '=-' : '=';
  const takes = value === undefined ? '' : formatAction(value, isValueOptional ? '::' : ':');
  const forms = flags.map((flag) =>
    value !== undefined && flag.startsWith('--') ? `${flag}${assigned}` : flag,
  );
  if (forms.length === 1) return quoted(`${mayRepeat ? '*' : ''}${forms.join('')}${says}${takes}`);
  const excluded = mayRepeat ? '*' : `(${flags.join(' ')})`;
  return `${quoted(excluded)}{${forms.join(',')}}${quoted(`${says}${takes}`)}`;
}

function formatArgument({ value, isVariadic }: DescribedArgument): string {
  return quoted(`${isVariadic ? '*' : '1'}${formatAction(value, ':')}`);
}

function formatAction(value: DescribedValue, colons: string): string {
  return `${colons}${escaped(value.name)}:${formatOffer(value)}`;
}

function formatOffer(value: DescribedValue): string {
  switch (value.kind) {
    case 'choices':
      return `(${value.choices.join(' ')})`;
    case 'file':
      return '_files';
    case 'user':
      return '_users';
    case 'program':
      return '{local -aU names=(${(f)"$(ps -eo comm=)"}); compadd -a names}';
    case 'text':
      return ' ';
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
