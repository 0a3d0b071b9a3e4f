const TOKEN =
  /\\(?<escaped>.)|\[(?<not>[!^]?)(?<set>\]?(?:\[:[a-z]+:\]|[^\]])*)\]|(?<wild>\*+|\?)|(?<literal>.)/gsu;

/** The characters with a meaning of their own in a regular expression, in a class or outside. */
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

const POSIX_CLASSES: Record<string, string> = {
  '[:alnum:]': 'A-Za-z0-9',
  '[:alpha:]': 'A-Za-z',
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:space:]': String.raw`\s`,
  '[:upper:]': 'A-Z',
  '[:xdigit:]': '0-9A-Fa-f',
};

/** Whether the text has a character that makes it a pattern. */
export function isShellGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * A shell's pattern for one word as a regular expression: `*`, `?`, `[a-z]`, `[!a-z]` and `\` as in
 * glob(7). A slash or a leading dot is a character like any other: in a process's name
 * (`kworker/0:1`) they mean nothing.
 */
export function shellGlob(pattern: string): RegExp {
  const source = [...pattern.matchAll(TOKEN)].map(({ groups = {} }) => {
    const { escaped, not, set, wild, literal = '' } = groups;
    if (set !== undefined) return `[${not === '' ? '' : '^'}${toClass(set)}]`;
    if (wild !== undefined) return wild.startsWith('*') ? '.*' : '.';
    return (escaped ?? literal).replace(SPECIAL, String.raw`\$&`);
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function toClass(set: string): string {
  return set
    .split(/(\[:[a-z]+:\])/)
    .map((part) => POSIX_CLASSES[part] ?? part.replace(SPECIAL, String.raw`\$&`))
    .join('');
}
