import { harmlessText } from '../../shared/harmless-text.js';

/** Characters of a tag or a command; InfluxDB 1.x refuses a series whose tags are longer than 64 KiB in all. */
const MAX_CHARACTERS = 256;

/** A tag without a value can't be sent. */
const EMPTY = '(none)';

/**
 * A name as a tag's value: what line protocol can't hold is replaced. Control characters, line ends and
 * broken Unicode become U+FFFD, a backslash a slash, and what is longer than 256 characters ends in `…`.
 */
export function tagText(name: string): string {
  const text = shortened(harmlessText(name)).replaceAll('\\', '/').trim();
  return text === '' ? EMPTY : text;
}

/** A command as a string field, which may hold a backslash and be empty. */
export function fieldText(command: string): string {
  return shortened(harmlessText(command));
}

function shortened(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const characters = Array.from(text);
  if (characters.length <= MAX_CHARACTERS) return text;
  return `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}
