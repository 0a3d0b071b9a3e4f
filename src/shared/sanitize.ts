/** Control, format, private, unassigned and lone surrogate characters, and line separators. */
export const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text that is safe to write to a terminal: characters that could move the cursor, change colours or turn the direction
 * of writing are replaced by a visible sign. Anybody who runs a process may choose its name.
 */
export function sanitize(text: string): string {
  return text.replace(NOT_PRINTABLE, '\u{fffd}');
}

const NOT_IN_JSON = new RegExp(`(?!\\n)${NOT_PRINTABLE.source}`, 'gu');

/** The same JSON, with such characters written as `\uXXXX`. */
export function sanitizeJson(json: string): string {
  return json.replace(NOT_IN_JSON, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
