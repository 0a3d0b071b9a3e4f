import type { DescribedCommand, DescribedOption, DescribedValue } from './describe.js';

/** Completion for bash 4 or newer; needs nothing of the package bash-completion. */
export function bashCompletion(root: DescribedCommand): string {
  const all = [root, ...root.commands];
  const withValue = all.flatMap(({ options }) =>
    options.filter(({ value, isValueOptional }) => value !== undefined && !isValueOptional),
  );
  return `# bash completion for ${root.name}, made by: ${root.name} completion bash
_${root.name}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= at
  # --option=value is three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
      ${alternatives(withValue.flatMap(({ flags }) => flags))}) ((at++)) ;;
      ${alternatives(root.commands.map(({ name }) => name))})
        command=\${COMP_WORDS[at]}
        break
        ;;
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${all.flatMap((each) => each.options.flatMap((option) => formatOptionCase(root, each, option))).join('\n')}
  esac
  case "$command $word" in
${all.flatMap((each) => formatCommandCases(root, each)).join('\n')}
  esac
}
complete -F _${root.name} ${root.name}
`;
}

/** Global options are the same behind every command. */
function formatOptionCase(
  root: DescribedCommand,
  { name }: DescribedCommand,
  { flags, value, isValueOptional }: DescribedOption,
): string[] {
  if (value === undefined || isValueOptional) return [];
  const command = name === root.name ? '*' : name;
  const patterns = flags.map((flag) => `${command}' ${flag}'`).join(' | ');
  return [
    `    ${patterns})`,
    ...formatOffer(value).map((line) => `      ${line}`),
    '      return',
    '      ;;',
  ];
}

function formatCommandCases(root: DescribedCommand, command: DescribedCommand): string[] {
  const isRoot = command === root;
  const prefix = isRoot ? '' : command.name;
  const options = isRoot ? command.options : [...command.options, ...root.options];
  const flags: DescribedValue = {
    kind: 'choices',
    name: 'option',
    choices: [...new Set(options.flatMap((each) => each.flags))],
  };
  const names: DescribedValue = {
    kind: 'choices',
    name: 'command',
    choices: command.commands.map(({ name }) => name),
  };
  const values = isRoot ? [names] : command.arguments.map(({ value }) => value);
  return [
    `    '${prefix} -'*)`,
    ...formatOffer(flags).map((line) => `      ${line}`),
    '      ;;',
    `    '${prefix} '*)`,
    ...values.flatMap(formatOffer).map((line) => `      ${line}`),
    '      ;;',
  ];
}

function formatOffer(value: DescribedValue): string[] {
  const offer = (generated: string) => [`mapfile -t COMPREPLY < <(${generated} -- "$word")`];
  switch (value.kind) {
    case 'choices':
      return offer(`compgen -W '${value.choices.join(' ')}'`);
    case 'file':
      return ['compopt -o filenames', ...offer('compgen -f')];
    case 'user':
      return offer('compgen -u');
    case 'program':
      // compgen expands its words as the shell does, and a process may call itself anything.
      return offer(`compgen -W "$(ps -eo comm= | grep -x '[[:alnum:]._-]*' | sort -u)"`);
    case 'text':
      return [];
  }
}

function alternatives(words: readonly string[]): string {
  return [...new Set(words)].join(' | ');
}
