import { rounded, roundedDown, sum, upToHundredths } from '../../../shared/numbers.js';
import { credits, MS_PER_SECOND } from '../../../shared/units.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { column, type Column, type Line, type Table } from '../../view.js';
import type { Outlook } from '../figures/outlook.js';
import type { Stack, StackPart } from '../figures/stack.js';
import { html, type Markup } from '../../formats/markup.js';
import { toColour, isPoorlyRecorded, showsCapacity, stackPlot } from '../plots/columns.js';
import { drawPlot } from '../plots/draw.js';
import type { Page } from '../page.js';
import { figure, type LegendEntry, type Section, shortName } from '../section.js';

/** A part of the period, or all of it. */
interface Row extends Line {
  cpuMs: number;
  /** Undefined of all of it. */
  part?: StackPart;
  /** What each user of the plot used. */
  cpuMsByUser: readonly number[];
}

export interface StackWords {
  /** What a part is: `hour`. */
  title: string;
  caption: string;
  /** What a picture of it is called. */
  label: string;
}

/** A stack as a plot with its legend. */
export function stackFigure(stack: Stack, { label }: StackWords, outlook?: Outlook): Markup {
  return figure(
    drawPlot((room) => stackPlot(stack, outlook, room), label),
    [...toLegend(stack), ...(outlook === undefined ? [] : [OUTLOOK_LEGEND])],
  );
}

const OUTLOOK_LEGEND: LegendEntry = {
  colour: 'var(--ink)',
  words: 'trend, with its 95 % range',
  sign: 'bar',
};

/** The same figures as a table: a line for each part, a column for each user of the plot. */
export function stackTable(stack: Stack, { title, caption }: StackWords): Markup {
  const { parts, series } = stack;
  const usersTable: Table<Row> = {
    title,
    rows: [
      ...parts.map((part, at): Row => {
        const cpuMsByUser = series.map(({ cpuMs }) => cpuMs[at] ?? 0);
        return { kind: 'row', label: part.label, cpuMs: part.cpuMs, part, cpuMsByUser };
      }),
      {
        kind: 'total',
        label: 'total',
        cpuMs: sum(parts.map(({ cpuMs }) => cpuMs)),
        cpuMsByUser: series.map(({ cpuMs }) => sum(cpuMs)),
      },
    ],
    columns: toColumns(stack),
  };
  return toHtmlTable(usersTable, caption);
}

function toLegend(stack: Stack): LegendEntry[] {
  const { parts, series } = stack;
  const capacity = formatCapacity(parts);
  const where = showsCapacity(stack) ? '' : ', above the plot';
  return [
    ...series.map(({ key, colour }) => ({ colour: toColour(colour), words: shortName(key) })),
    ...(capacity === undefined
      ? []
      : [
          {
            colour: 'var(--ink)',
            words: `all vCPUs: ${capacity} credits${where}`,
            sign: 'dashes' as const,
          },
        ]),
    ...(parts.some(isPoorlyRecorded)
      ? [{ colour: 'var(--gap)', words: 'recorded below 90 %' }]
      : []),
  ];
}

/** `240`, or `5,520 to 5,760` where parts are of several lengths. */
function formatCapacity(parts: readonly StackPart[]): string | undefined {
  const known = parts.flatMap(({ capacityCpuMs }) => capacityCpuMs ?? []).map(credits);
  if (known.length === 0) return undefined;
  const least = upToHundredths(Math.min(...known));
  const most = upToHundredths(Math.max(...known));
  return least === most ? most : `${least} to ${most}`;
}

function toColumns({ parts, series }: Stack): Column<Row>[] {
  const inCredits = (title: string, cpuMs: (row: Row) => number | undefined): Column<Row> =>
    column(title, 'credits', { rank: 0 }, (row) =>
      row.part === undefined || isKnown(row.part) ? cpuMs(row) : missing(row.part),
    );
  return [
    ...series.map(({ key }, at) => inCredits(key, ({ cpuMsByUser }) => cpuMsByUser[at])),
    inCredits('all', ({ cpuMs }) => cpuMs),
    column('of host', 'percent', { rank: 0 }, ({ part }) => part?.recordedPercent ?? undefined),
    ...(parts.some(isIncomplete)
      ? [
          column<Row>(
            'recorded',
            'text',
            { subtitle: '%', rank: 0 },
            ({ part }) => part && formatRecorded(part),
          ),
        ]
      : []),
  ];
}

function isIncomplete({ elapsedMs, recordedMs }: StackPart): boolean {
  return elapsedMs - recordedMs >= MS_PER_SECOND;
}

function formatRecorded({ elapsedMs, recordedMs }: StackPart): string {
  return elapsedMs === 0 ? '' : roundedDown(recordedMs, elapsedMs);
}

/** What has not begun has no figures yet; of the rest they are not known. */
function missing({ elapsedMs }: StackPart): null | undefined {
  return elapsedMs === 0 ? undefined : null;
}

/** Of a part without a sample nothing is known, unless a clock was set or a record spans it. */
function isKnown({ recordedMs, cpuMs }: StackPart): boolean {
  return recordedMs > 0 || cpuMs > 0;
}

/** The part in which the most was spent; undefined where nothing was. */
function busiestPart(parts: readonly StackPart[]): StackPart | undefined {
  const [first, ...rest] = parts.filter(({ cpuMs }) => cpuMs > 0);
  return rest.reduce((a, b) => (a === undefined || b.cpuMs > a.cpuMs ? b : a), first);
}

/** `The busiest hour was 14:00; foo_com spent 60.25 of its 120.50 credits.` */
function formatBusiest({ parts, series }: Stack, step: string): Markup {
  const busiest = busiestPart(parts);
  if (busiest === undefined) return html`Nothing was spent.`;
  const at = parts.indexOf(busiest);
  const spentBy = ({ cpuMs }: Stack['series'][number]) => cpuMs[at] ?? 0;
  const [most] = series
    .filter(({ colour }) => colour !== null)
    .sort((a, b) => spentBy(b) - spentBy(a));
  const all = `${rounded(credits(busiest.cpuMs))} credits`;
  return most === undefined || series.length === 1
    ? html`The busiest ${step} was ${busiest.label}: ${all}.`
    : html`The busiest ${step} was ${busiest.label}; ${shortName(most.key)} spent
      ${rounded(credits(spentBy(most)))} of its ${all}.`;
}

const TITLES = { hour: 'Hours', day: 'Days', month: 'Months' } as const;

/** What was spent in each hour by whom, against what the host has; of a longer period in each day or month. */
export function hoursSection({ step, spent }: Page): Section {
  const byUser = spent.series.length > 1 ? ' by user' : '';
  const words = {
    title: step,
    caption: `Credits of each ${step}${byUser}`,
    label: `Credits of each ${step}${byUser}; the table below has the figures`,
  };
  return {
    id: 'hours',
    title: TITLES[step] + byUser,
    finding: formatBusiest(spent, step),
    content: [stackFigure(spent, words), stackTable(spent, words)],
  };
}
