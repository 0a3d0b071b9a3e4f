import { sanitize } from '../../shared/sanitize.js';

/** No text of the journal is longer than this in the page. */
const MOST_CHARACTERS = 200;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that may stand in the page as it is. Only `html` and `trusted` make it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = string | number | Markup | readonly Markup[];

/** HTML in which every text is escaped, for elements and for attributes in quotes. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...contents.map(escapeContent)));
}

/** What has escaped its texts itself: the outlines of a drawing, and the style sheet. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** A name of the journal, set apart so that one written from right to left turns nothing else around. */
export function name(text: string): Markup {
  return html`<bdi>${shortened(text, MOST_CHARACTERS)}</bdi>`;
}

/** At most so many characters, an ellipsis in place of what is cut off. */
export function shortened(text: string, most: number): string {
  // A character beyond the first 65,536 is two of them, and must not be cut in half.
  const characters = Array.from(text.slice(0, 2 * most + 2));
  if (characters.length <= most) return sanitize(text);
  return `${sanitize(characters.slice(0, most - 1).join(''))}…`;
}

function escapeContent(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return String(content);
  if (typeof content !== 'string') return content.map(({ text }) => text).join('\n');
  return sanitize(content).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
