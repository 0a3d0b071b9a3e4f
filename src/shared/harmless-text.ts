/** Control, format, private, unassigned and lone surrogate characters, and line separators. */
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A name as it may be written to a terminal: what could move the cursor, change colours or turn the
 * direction of writing is replaced by a visible sign. Names of processes are the choice of whoever
 * runs them.
 */
export function harmlessText(text: string): string {
  return text.replace(NOT_PRINTABLE, '\u{fffd}');
}

/** JSON text with the same meaning in which such characters stand as `\uXXXX`. */
export function harmlessJson(json: string): string {
  return json.replace(NOT_PRINTABLE, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}
