import { harmlessJson } from '../shared/harmless-text.js';

/** A document of JSON that does no harm to a terminal. */
export function textOf(document: Record<string, unknown>): string {
  return `${harmlessJson(JSON.stringify(document, null, 2))}\n`;
}
