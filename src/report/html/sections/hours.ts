import type { Page } from '../page.js';
import type { Section } from '../section.js';
import { busiestInWords, stackFigure, stackTable } from './stacked.js';

const TITLES = { hour: 'Hours', day: 'Days', month: 'Months' } as const;

/** What was spent in each hour by whom, against what the host has; of a longer period in each day or month. */
export function hoursSection({ step, spent }: Page): Section {
  const words = {
    title: step,
    caption: `Credits of each ${step} by user`,
    label: `Credits of each ${step} by user, one on the other; the table below has the figures`,
  };
  return {
    id: 'hours',
    title: `${TITLES[step]} by user`,
    finding: busiestInWords(spent, step),
    content: [stackFigure(spent, words), stackTable(spent, words)],
  };
}
