import { stringify } from 'csv-stringify/sync';
import { sanitize } from '../../shared/sanitize.js';
import { exportFigure, type Field, type View } from '../view.js';

/** Null is an empty cell. */
export type Cell = string | number | null;

/** What makes a formula of a cell that begins with it, as Unicode has it in full width too. */
const FORMULA_SIGN = '=+\\-@＝＋－＠';

/**
 * Where a formula would begin: at a cell's beginning, and behind a semicolon, since where the decimal sign
 * is a comma spreadsheets begin a cell there. Blanks and quotes before the sign may be lost on the way.
 */
const BEFORE_FORMULA = new RegExp(`(^|;)(?=[\\s'"]*[${FORMULA_SIGN}])`, 'g');

/** A header, and a line for each row; what is not known and what does not apply is an empty cell. */
export function toCsv({ sheet, timeZone }: View): string {
  if (sheet === undefined) throw new Error('there are no rows to be lines of CSV');
  const { fields, rows } = sheet;
  return csvText([
    fields.map(({ name, csvName }) => csvName ?? toSnakeCase(name)),
    ...rows.map((row) => fields.map((field) => toCell(field, row, timeZone))),
  ]);
}

function toCell(field: Field<never>, row: unknown, timeZone: string): Cell {
  const value = exportFigure(field, row, timeZone) ?? null;
  if (typeof value === 'boolean') return Number(value);
  if (value !== null && typeof value === 'object') throw new Error(`${field.name} is no cell`);
  return value;
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Records as CSV: commas between cells, a line feed behind each line, quotes where needed. In texts what
 * can't be printed is replaced, and an apostrophe stands before what a spreadsheet would run. Taken off
 * there again it gives the text as it was. Numbers stay numbers, negative ones too.
 */
export function csvText(records: readonly (readonly Cell[])[]): string {
  return stringify([...records], {
    cast: { string: (text) => inertText(sanitize(text)) },
    // LibreOffice takes semicolons for separators beside commas unless they are quoted.
    quoted_match: ';',
  });
}

function inertText(text: string): string {
  return text.replace(BEFORE_FORMULA, "$1'");
}
