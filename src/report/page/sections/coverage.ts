import { percentDown, plural } from '../../../shared/numbers.js';
import type { JournalReport } from '../../models/day.js';
import { lengthMs } from '../../models/spans.js';
import type { Span } from '../../../shared/days.js';
import { formatDuration, formatSpan } from '../../views/date-format.js';
import { coverageLine, recordingNotes, renamedNote } from '../../views/notes.js';
import { formatGapReason } from '../../views/report-notes.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { column, type Line, type Table } from '../../view.js';
import type { StackPart } from '../figures/stack.js';
import { html, type Markup } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { sharePlot } from '../plots/columns.js';
import { drawPlot } from '../plots/draw.js';
import { breakable, figure, notes, type Section, sentence } from '../section.js';

/** The longest gaps; a table of more is none that somebody reads. */
const MOST_GAPS = 200;

/** How much of the time the figures are of. */
export function coverageSection({ report, step, spent }: Page): Section {
  const lines = [
    ...renamedNote(report.renamed, { onlyUsers: report.onlyUsers }),
    ...recordingNotes(report),
  ];
  const label = `How much of each ${step} was recorded; the table below has the figures`;
  return {
    id: 'coverage',
    title: 'Coverage',
    finding: html`${sentence(coverageLine(report))}`,
    content: [
      figure(
        drawPlot((room) => sharePlot(spent.parts, room), label),
        [
          { colour: 'var(--s0)', words: `recorded, in % of the ${step}` },
          { colour: 'var(--gap)', words: 'less than 90 %' },
        ],
      ),
      ...notes(lines),
      partsTable(spent.parts, step),
      ...gapsTable(report),
    ],
  };
}

function partsTable(parts: readonly StackPart[], step: string): Markup {
  const table: Table<StackPart & Line> = {
    title: step,
    rows: parts.map((part) => ({ ...part, kind: 'row' })),
    columns: [
      column('recorded', 'text', { rank: 0 }, ({ recordedMs }) => formatDuration(recordedMs)),
      column('%', 'text', { rank: 0 }, ({ elapsedMs, recordedMs }) =>
        elapsedMs === 0 ? undefined : percentDown(recordedMs, elapsedMs),
      ),
    ],
  };
  return toHtmlTable(table, `Recorded time of each ${step}`);
}

function gapsTable({ coverage, period, runs }: JournalReport): Markup[] {
  const { gaps } = coverage;
  if (gaps.length === 0) return [];
  const longest = new Set(
    gaps.toSorted((a, b) => lengthMs([b]) - lengthMs([a])).slice(0, MOST_GAPS),
  );
  const table: Table<Span & Line> = {
    title: 'not recorded',
    rows: gaps
      .filter((gap) => longest.has(gap))
      .map((gap) => ({ ...gap, kind: 'row', label: breakable(formatSpan(gap, period)) })),
    columns: [
      column('length', 'text', { rank: 0 }, (gap) => formatDuration(lengthMs([gap]))),
      column('reason', 'text', { align: 'left', rank: 0 }, (gap) => formatGapReason(gap, runs)),
    ],
  };
  const many = plural(gaps.length, 'gap');
  return [
    toHtmlTable(table, gaps.length > MOST_GAPS ? `The ${MOST_GAPS} longest of ${many}` : many),
  ];
}
