import { decimal, percentOf, sum, upToHundredths } from '../../../shared/numbers.js';
import { credits } from '../../../shared/units.js';
import { SO_FAR } from '../../views/date-format.js';
import { type Stack, type StackPart } from '../figures/stack.js';
import { html, type Markup, name } from '../markup.js';
import { colourOf, isGap, showsCapacity, stackPlot } from '../plots/columns.js';
import { drawPlot } from '../plots/draw.js';
import { figure, type LegendEntry } from '../section.js';
import { type Column, type Line, table } from '../table.js';

type Row = { part: StackPart; at: number } | 'all';

export interface StackWords {
  /** What a part is: `hour`. */
  title: string;
  caption: string;
  /** What a picture of it is called. */
  label: string;
}

/** A stack as a plot with its legend. */
export function stackFigure(stack: Stack, { label }: StackWords): Markup {
  return figure(
    drawPlot((room) => stackPlot(stack, room), label),
    legendOf(stack),
  );
}

/** The same figures as a table: a line for each part, a column for each user of the plot. */
export function stackTable(stack: Stack, { title, caption }: StackWords): Markup {
  const lines: Line<Row>[] = [
    ...stack.parts.map((part, at) => ({ head: part.label, row: { part, at } })),
    { head: 'total', row: 'all', look: 'sum' },
  ];
  return table({ caption, title, columns: columnsOf(stack), lines });
}

function legendOf(stack: Stack): LegendEntry[] {
  const { parts, series } = stack;
  const capacity = capacityInWords(parts);
  const where = showsCapacity(stack) ? '' : ', above the plot';
  return [
    ...series.map(({ key, colour }) => ({ colour: colourOf(colour), words: name(key) })),
    ...(capacity === undefined
      ? []
      : [
          {
            colour: 'var(--ink)',
            words: `all vCPUs: ${capacity} credits${where}`,
            sign: 'dashes' as const,
          },
        ]),
    ...(parts.some(isGap)
      ? [{ colour: 'var(--gap)', words: 'not recorded, or less than 90 % of it' }]
      : []),
  ];
}

/** `240`, or `5,520 to 5,760` where parts are of several lengths. */
function capacityInWords(parts: readonly StackPart[]): string | undefined {
  const known = parts.flatMap(({ capacityCpuMs }) => capacityCpuMs ?? []).map(credits);
  if (known.length === 0) return undefined;
  const least = upToHundredths(Math.min(...known));
  const most = upToHundredths(Math.max(...known));
  return least === most ? most : `${least} to ${most}`;
}

function columnsOf({ parts, series }: Stack): Column<Row>[] {
  const inCredits = (title: string, cpuMs: readonly number[]): Column<Row> => ({
    title,
    kind: 'figure',
    cell: (row) => {
      if (row === 'all') return decimal(credits(sum(cpuMs)));
      return isKnown(row.part) ? decimal(credits(cpuMs[row.at] ?? 0)) : '';
    },
  });
  return [
    ...series.map(({ key, cpuMs }) => inCredits(key, cpuMs)),
    inCredits(
      'all',
      parts.map(({ cpuMs }) => cpuMs),
    ),
    {
      title: '% of all vCPUs',
      kind: 'figure',
      cell: (row) => (row === 'all' ? '' : shareInWords(row.part)),
    },
  ];
}

/** Of a part without a sample nothing is known, unless a clock was set or a record spans it. */
function isKnown({ recordedMs, cpuMs }: StackPart): boolean {
  return recordedMs > 0 || cpuMs > 0;
}

/** What is not over is not held against the whole of it. */
function shareInWords(part: StackPart): string {
  const { fromMs, toMs, elapsedMs, cpuMs, capacityCpuMs } = part;
  if (capacityCpuMs === null || elapsedMs === 0 || !isKnown(part)) return '';
  return elapsedMs < toMs - fromMs ? SO_FAR : decimal(percentOf(cpuMs, capacityCpuMs));
}

/** The part in which the most was spent; undefined where nothing was. */
function busiestPart({ parts }: Stack): StackPart | undefined {
  const [first, ...rest] = parts.filter(({ cpuMs }) => cpuMs > 0);
  return rest.reduce((a, b) => (a === undefined || b.cpuMs > a.cpuMs ? b : a), first);
}

/** `The busiest hour was 14:00: 120.50 credits, 50.21 % of all vCPUs.` */
export function busiestInWords(stack: Stack, step: string): Markup {
  const busiest = busiestPart(stack);
  if (busiest === undefined) return html`Nothing was spent.`;
  const share = shareInWords(busiest);
  const spent = `${decimal(credits(busiest.cpuMs))} credits`;
  const ofAll = share === '' || share === SO_FAR ? ` ${share}` : `, ${share} % of all vCPUs`;
  return html`The busiest ${step} was ${busiest.label}: ${(spent + ofAll).trimEnd()}.`;
}
