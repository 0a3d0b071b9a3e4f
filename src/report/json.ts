import { sanitizeJson } from '../shared/sanitize.js';

/** A document of JSON that does no harm to a terminal. */
export function textOf(document: Record<string, unknown>): string {
  return `${sanitizeJson(JSON.stringify(document, null, 2))}\n`;
}
