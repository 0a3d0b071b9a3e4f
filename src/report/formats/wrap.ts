import { NO_BREAK_SPACE } from '../view.js';

const ELLIPSIS = '…';

/**
 * The text in lines of at most `columns` characters, broken at spaces. Later lines are set in by two
 * more spaces than the first is.
 */
export function wrap(text: string, columns: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  for (const word of text.slice(indent.length).split(' ')) {
    const longer = line === indent ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= columns || line === indent) {
      line = cut(longer, columns);
    } else {
      lines.push(line);
      line = cut(`${indent}  ${word}`, columns);
    }
  }
  return [...lines, line].map((each) => each.trimEnd().replaceAll(NO_BREAK_SPACE, ' '));
}

/** The parts in one line with dots between, or in several: a part that fits a line is not broken. */
export function wrapParts(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last} · ${part}`;
    if (last !== undefined && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(...wrap(part, columns));
  }
  return lines;
}

/** At most `columns` characters, an ellipsis in place of what is cut off. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : text.slice(0, Math.max(0, columns - 1)) + ELLIPSIS;
}
