const TABLE = /^\s*\[\[?\s*([^[\]]+?)\s*\]\]?\s*(?:#.*)?$/;
const KEY = /^\s*("[^"]*"|'[^']*'|[\w-]+(?:\s*\.\s*[\w-]+)*)\s*=/;

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
  let current: string | undefined;
  for (const [at, line] of text.split('\n').entries()) {
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

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\s*\.\s*/g, '.');
}
