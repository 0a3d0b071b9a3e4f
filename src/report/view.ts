import { isoWithOffset } from '../shared/days.js';
import {
  change,
  count,
  hoursMinutesSeconds,
  rounded,
  upToHundredths,
  wholeSeconds,
} from '../shared/numbers.js';
import { cpuSeconds, credits, MS_PER_SECOND, utilSeconds } from '../shared/units.js';

/** Keeps two words of a heading or a note in one line. */
export const NO_BREAK_SPACE = '\u{a0}';

/** Stands in a sparkline for what is null. */
export const GAP_SIGN = '·';

type Scalar = number | string | boolean;

/** `null` is unknown, `undefined` does not apply to this row. */
export type Value =
  Scalar | readonly (Scalar | null)[] | ReadonlyMap<string, Scalar> | null | undefined;

/** A value as programs get it. */
type Exported =
  Scalar | readonly (Scalar | null)[] | Record<string, Scalar | null> | null | undefined;

/** How a value is held, how people see it, and what programs get. */
interface Unit {
  /** In as few digits as people decide by. */
  format: (value: number) => string;
  /** In more, where there is such a form. */
  formatExactly?: (value: number) => string;
  export: (value: number, timeZone: string) => number | string | null;
}

const DAYS_PER_WEEK = 7;

function creditsPerWeek(cpuMsPerDay: number): number {
  return credits(cpuMsPerDay * DAYS_PER_WEEK);
}

/** Millionths: of a credit that is less than the kernel can tell. */
const DECIMALS = 6;

/** JSON has no infinity: what is out of all proportion is null like what is not known. */
function round(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(DECIMALS)) : null;
}

/** A time that rounds to nothing is an empty cell. */
function formatTime(ms: number): string {
  return ms < MS_PER_SECOND / 2 ? '' : wholeSeconds(ms);
}

/** A share that rounds to nothing is an empty cell. */
function formatPercent(value: number): string {
  return Math.abs(value) < 0.005 ? '' : `${rounded(value)} %`;
}

const asItIs = (value: number): number => value;
const NUMBER = { format: upToHundredths, export: round } as const;
const TIME = { format: formatTime, formatExactly: hoursMinutesSeconds } as const;
const TEXT = { format: String, export: asItIs } as const;

const UNITS = {
  /** Held in milliseconds of CPU time, as the two after it. */
  credits: { format: (ms) => rounded(credits(ms)), export: (ms) => round(credits(ms)) },
  cpuTime: { ...TIME, export: cpuSeconds },
  utilSeconds: { format: (ms) => count(utilSeconds(ms)), export: utilSeconds },
  /** Wall time, held in milliseconds. */
  duration: { ...TIME, export: (ms) => round(ms / MS_PER_SECOND) },
  /** By how much a day's CPU time grows, held in milliseconds a day. */
  creditsPerWeek: {
    format: (ms) => change(creditsPerWeek(ms)),
    export: (ms) => round(creditsPerWeek(ms)),
  },
  percent: { format: formatPercent, export: round },
  number: NUMBER,
  /** Of things: a whole number. */
  count: { format: count, export: asItIs },
  /** A number that stands for something, such as a pid. */
  id: { format: String, export: asItIs },
  /** Held in milliseconds since 1970. */
  moment: { ...TEXT, export: isoWithOffset },
  utcMoment: { ...TEXT, export: (ms) => new Date(ms).toISOString() },
  text: TEXT,
  /** A day of the calendar, YYYY-MM-DD. */
  day: TEXT,
  flag: TEXT,
} as const satisfies Record<string, Unit>;

/** A value of each row. */
export interface Figure<Row> {
  unit: keyof typeof UNITS;
  value: (row: Row) => Value;
}

/** One value of a document or of its rows, defined once for every format. */
export interface Field<Row> extends Figure<Row> {
  /** The key in JSON. In CSV it is in snake case. */
  name: string;
  /** The column of CSV, where it is not simply that. */
  csvName?: string;
  /** What it is, for readers of JSON. */
  about: string;
  /** Whether it may be unknown. */
  nullable?: true;
  /** All that it can be, where that is little. */
  options?: readonly Scalar[];
  /** Whether it holds several values: a list, or one by a name. */
  holds?: 'list' | 'map';
}

/** What a document holds besides fields: a list of rows, or an object with fields of its own. */
export interface Part<Model> {
  name: string;
  about: string;
  holds: 'list' | 'object' | 'object or null';
  /** Of its rows, which have the type that these take: who makes it says so. */
  members: readonly Member<never>[];
  /** One row for an object, none for null; the key is left out where rows are undefined. */
  rows: (model: Model) => readonly unknown[] | undefined;
}

export type Member<Model> = Field<Model> | Part<Model>;

/** A kind of JSON document: `schema`, `view`, and these members. */
export interface DocumentType<Model> {
  view: string;
  /** The command that prints it. */
  command: string;
  about: string;
  members: readonly Member<Model>[];
  /** Where there are members that not every document has: which of them there are together. */
  variants?: readonly (readonly string[])[];
}

interface Document {
  view: string;
  members: readonly Member<never>[];
  model: unknown;
}

/** What CSV has: a column for each field, a line for each row. */
export interface Sheet {
  fields: readonly Field<never>[];
  rows: readonly unknown[];
}

/** A figure as people see it, in the terminal and on the page. */
export interface Column<Row> extends Figure<Row> {
  title: string;
  /** Below the title; where it is a drawing, in place of its scale. */
  subtitle?: string;
  align?: 'left';
  /** Drawings go first where there is no room, then columns with the highest rank; 0 always stays. */
  rank: number;
  isAlarming?: (row: Row) => boolean;
  /** Whether its figures are in more digits than people decide by. */
  isExact?: true;
  /** Words that are cut where there is no room. */
  canBeCut?: true;
  /** Drawn where there is room: a percentage from 0 to 100, a chart broader than a bar, or a list that has a value for each day. */
  drawing?: 'bar' | 'chart' | 'sparkline';
  /** How many days a sparkline has. */
  days?: number;
}

/** A line of a table. */
export interface Line {
  /** A `gap` is a stretch of which nothing is known: it has no figures, only its label. */
  kind: 'row' | 'others' | 'total' | 'gap';
  /** What it stands for. */
  label: string;
  /** Whether its figures round to nothing. */
  isFaint?: boolean;
}

export interface Table<Row extends Line> {
  /** What the labels are. */
  title: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** So many characters of a label stay however narrow the terminal is. */
  minLabelLength?: number;
}

/** A table, whatever its rows are. */
interface AnyTable extends Omit<Table<Line>, 'columns'> {
  columns: readonly Column<never>[];
}

/** What people read. */
export interface Screen {
  /** Lines of the head, each made of parts that are broken last. */
  heading: readonly (readonly string[])[];
  /** Whether all is well, and what is not; stands out. */
  verdict?: { parts: readonly string[]; problems: readonly string[] };
  /** Lines that say one thing each, behind its label. */
  facts?: readonly (readonly [label: string, text: string])[];
  tables: readonly AnyTable[];
  notes: readonly string[];
}

/** What a report says, in no format. */
export interface View {
  /** Of all moments. */
  timeZone: string;
  document: Document;
  /** Only of what has rows. */
  sheet?: Sheet;
  /** Made only for a format that shows it. */
  screen: () => Screen;
}

export function field<Row>(
  name: string,
  unit: Field<Row>['unit'],
  value: Field<Row>['value'],
  about: string,
  more: Pick<Field<Row>, 'csvName' | 'nullable' | 'options' | 'holds'> = {},
): Field<Row> {
  return { name, unit, value, about, ...more };
}

/** A column of what only people see. */
export function column<Row>(
  title: string,
  unit: Column<Row>['unit'],
  look: Omit<Column<Row>, keyof Figure<Row> | 'title'>,
  value: Column<Row>['value'],
): Column<Row> {
  return { title, unit, value, ...look };
}

export function list<Model, Row>(
  name: string,
  about: string,
  members: readonly Member<Row>[],
  rows: (model: Model) => readonly Row[] | undefined,
): Part<Model> {
  return { name, about, holds: 'list', members, rows };
}

export function object<Model, Row>(
  name: string,
  about: string,
  members: readonly Member<Row>[],
  row: (model: Model) => Row,
): Part<Model> {
  return { name, about, holds: 'object', members, rows: (model) => [row(model)] };
}

export function objectOrNull<Model, Row>(
  name: string,
  about: string,
  members: readonly Member<Row>[],
  row: (model: Model) => Row | null | undefined,
): Part<Model> {
  const rows = (model: Model) => {
    const found = row(model);
    return found === null ? [] : found && [found];
  };
  return { name, about, holds: 'object or null', members, rows };
}

export function toDocument<Model>({ view, members }: DocumentType<Model>, model: Model): Document {
  return { view, members, model };
}

export function toSheet<Row>(fields: readonly Field<Row>[], rows: readonly Row[]): Sheet {
  return { fields, rows };
}

/** Lifts a field of an inner object to the outer one: null where the inner one is null, undefined where it is undefined. */
export function mapField<Outer, Inner>(
  field: Field<Inner>,
  inner: (outer: Outer) => Inner | null | undefined,
): Field<Outer> {
  const value = (outer: Outer): Value => {
    const held = inner(outer);
    if (held === undefined) return undefined;
    return held === null ? null : field.value(held);
  };
  return { ...field, value };
}

/** The same field where it may be unknown, and what it is there. */
export function nullableField<Row>(field: Field<Row>, about: string): Field<Row> {
  return { ...field, nullable: true, about };
}

/** A field of the whole document as one of each row. */
export function bindField<Model>(field: Field<Model>, model: Model): Field<unknown> {
  return mapField(field, () => model);
}

/** A number as people read it in its unit. */
export function formatNumber(unit: Figure<unknown>['unit'], value: number): string {
  return UNITS[unit].format(value);
}

/** The value as people read it: empty where it does not apply, a question mark where it is not known. */
export function formatFigure<Row>(
  { unit, value, isExact }: Figure<Row> & Pick<Column<Row>, 'isExact'>,
  row: Row,
): string {
  const held = value(row);
  if (held === undefined) return '';
  if (held === null) return '?';
  if (typeof held === 'object') throw new Error('several values are no text');
  if (typeof held !== 'number') return String(held);
  const { format, formatExactly = format }: Unit = UNITS[unit];
  return isExact === true ? formatExactly(held) : format(held);
}

/** What stands in a line under a column. */
export function formatCell<Row extends Line>(column: Column<Row>, line: Row): string {
  return line.kind === 'gap' ? '' : formatFigure(column, line);
}

/**
 * The value as programs get it.
 *
 * @param row one that the figure stands with, in a document or a sheet
 */
export function exportFigure(
  { unit, value }: Figure<never>,
  row: unknown,
  timeZone: string,
): Exported {
  const { export: toExported }: Unit = UNITS[unit];
  const exported = (each: Scalar | null) =>
    typeof each === 'number' ? toExported(each, timeZone) : each;
  const held = value(row as never);
  if (held === undefined) return undefined;
  if (held === null || typeof held !== 'object') return exported(held);
  if ('map' in held) return held.map(exported);
  return Object.fromEntries([...held].map(([key, each]) => [key, exported(each)]));
}
