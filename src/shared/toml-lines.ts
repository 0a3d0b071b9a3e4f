const TABLE = /^\s*\[\[?\s*([^[\]]+?)\s*\]\]?\s*(?:#.*)?$/;
const KEY = /^\s*("[^"]*"|'[^']*'|[\w-]+(?:\s*\.\s*[\w-]+)*)\s*=/;

/** What hides a bracket or holds several lines, brackets and ends of lines. */
const TOKEN = /#.*|"""(?:\\[^]|[^\\])*?"{3,5}|'''[^]*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|[[\]{}\n]/g;

/**
 * The line of a TOML text in which a key is set, from 1 on; undefined where it is written in a way that is not
 * looked for. The parser tells lines of faults in the text alone, not of values that are refused.
 *
 * @param table the key's table; undefined for the top of the file
 */
export function findKeyLine(
  text: string,
  table: string | undefined,
  key: string,
): number | undefined {
  const wanted = table === undefined ? key : `${table}.${key}`;
  const continued = findContinued(text);
  let current: string | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    if (continued.has(at)) continue;
    const name = TABLE.exec(line)?.[1];
    if (name !== undefined) {
      current = unquoted(name);
      // The table itself is what is set.
      if (current === wanted) return at + 1;
    }
    const written = KEY.exec(line)?.[1];
    if (written === undefined) continue;
    const path = [...(current === undefined ? [] : [current]), unquoted(written)].join('.');
    if (path === wanted) return at + 1;
  }
  return undefined;
}

/** The lines, from 0 on, that go on with a value: what looks like a key there is none. */
function findContinued(text: string): Set<number> {
  const continued = new Set<number>();
  let line = 0;
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    for (const end of token.matchAll(/\n/g)) {
      line += 1;
      if (depth > 0 || end.input !== '\n') continued.add(line);
    }
  }
  return continued;
}

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\s*\.\s*/g, '.');
}
