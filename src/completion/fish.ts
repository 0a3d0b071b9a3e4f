import type { DescribedCommand, DescribedOption, DescribedValue } from './describe.js';

/** Completion for fish 3 or newer. */
export function fishCompletion(root: DescribedCommand): string {
  const { name } = root;
  const names = root.commands.map((each) => each.name).join(' ');
  const lines = [
    `# fish completion for ${name}, made by: ${name} completion fish`,
    `complete -c ${name} -f`,
    ...root.commands.map(
      (each) =>
        `complete -c ${name} -n 'not __fish_seen_subcommand_from ${names}' -a ${each.name} -d ${quoted(each.summary)}`,
    ),
    ...root.options.map((option) => `complete -c ${name} ${formatOption(option)}`),
    ...root.commands.flatMap((each) => formatCommand(name, each, root.options)),
  ];
  return `${lines.join('\n')}\n`;
}

function formatCommand(
  program: string,
  command: DescribedCommand,
  global: readonly DescribedOption[],
): string[] {
  const everywhere = new Set(global.flatMap(({ flags }) => flags));
  const own = command.options.filter(({ flags }) => !flags.some((flag) => everywhere.has(flag)));
  const behind = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
  return [
    ...command.arguments.flatMap(({ value }) => {
      const offer = formatOffer(value);
      return offer === undefined ? [] : [`${behind} ${offer}`];
    }),
    ...own.map((option) => `${behind} ${formatOption(option)}`),
  ];
}

function formatOption({ flags, description, value, isValueOptional }: DescribedOption): string {
  const forms = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const says = `-d ${quoted(description)}`;
  if (value === undefined || isValueOptional) return [...forms, says].join(' ');
  const needs = value.kind === 'file' ? '-r' : '-x';
  return [...forms, needs, formatOffer(value), says].filter((each) => each !== undefined).join(' ');
}

function formatOffer(value: DescribedValue): string | undefined {
  switch (value.kind) {
    case 'choices':
      return `-a ${quoted(value.choices.join(' '))}`;
    case 'file':
      return '-F';
    case 'user':
      return "-a '(__fish_complete_users)'";
    case 'program':
      return "-a '(ps -eo comm= | sort -u)'";
    case 'text':
      return undefined;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
