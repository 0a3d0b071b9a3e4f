import { plural } from '../../../shared/numbers.js';
import type { JournalReport } from '../../models/day.js';
import { lengthMs } from '../../models/spans.js';
import type { Span } from '../../../shared/days.js';
import { formatDuration, formatSpan } from '../../views/date-format.js';
import { coverageLine } from '../../views/notes.js';
import { formatGapReason } from '../../views/report-notes.js';
import { toHtmlTable } from '../../formats/html-table.js';
import { column, type Line, type Table } from '../../view.js';
import { html } from '../../formats/markup.js';
import type { Page } from '../page.js';
import { breakable, type Section, sentence } from '../section.js';

/** The longest gaps; a table of more is none that somebody reads. */
const MOST_GAPS = 200;

/** How much of the time the figures are of, and why the rest is missing; nothing where it is whole. */
export function coverageSection({ report }: Page): Section | undefined {
  const { gaps } = report.coverage;
  if (gaps.length === 0) return undefined;
  const many = plural(gaps.length, 'gap');
  return {
    id: 'coverage',
    title: 'Coverage',
    finding: html`${sentence(coverageLine(report))}`,
    content: [
      toHtmlTable(
        gapsTable(report),
        gaps.length > MOST_GAPS ? `The ${MOST_GAPS} longest of ${many}` : many,
      ),
    ],
  };
}

function gapsTable({ coverage: { gaps }, period, runs }: JournalReport): Table<Span & Line> {
  const longest = new Set(
    gaps.toSorted((a, b) => lengthMs([b]) - lengthMs([a])).slice(0, MOST_GAPS),
  );
  return {
    title: 'not recorded',
    rows: gaps
      .filter((gap) => longest.has(gap))
      .map((gap) => ({ ...gap, kind: 'row', label: breakable(formatSpan(gap, period)) })),
    columns: [
      column('length', 'text', { rank: 0 }, (gap) => formatDuration(lengthMs([gap]))),
      column('reason', 'text', { align: 'left', rank: 0 }, (gap) => formatGapReason(gap, runs)),
    ],
  };
}
