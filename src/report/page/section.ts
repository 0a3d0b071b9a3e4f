import { NO_BREAK_SPACE } from '../view.js';
import { html, type Markup, name, shortened } from '../formats/markup.js';

/** A part of the page: what it shows, what it says in a sentence, how it looks, and the same in figures. */
export interface Section {
  /** Unique within the page. */
  id: string;
  title: string;
  /** What a reader in a hurry should know. */
  finding: Markup;
  /** Plots with their legends, and tables. */
  content: readonly Markup[];
}

export function renderSection({ id, title, finding, content }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="finding">${finding}</p>
    ${content}
  </section>`;
}

/** An entry of a legend: a colour, or a line, and what it stands for. */
export interface LegendEntry {
  /** A colour of the style sheet. */
  colour: string;
  words: string | Markup;
  sign?: 'box' | 'line' | 'dashes' | 'bar';
}

export function figure(plot: Markup, legend: readonly LegendEntry[] = []): Markup {
  return html`<figure>${legend.length === 0 ? '' : renderLegend(legend)}${plot}</figure>`;
}

function renderLegend(entries: readonly LegendEntry[]): Markup {
  const items = entries.map(
    ({ colour, words, sign = 'box' }) =>
      html`<li><span class="${sign}" style="color:${colour}"></span>${words}</li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

/** Lines of the tables' feet, each a sentence of its own, in one paragraph. */
export function notes(lines: readonly string[]): Markup {
  return html`<p class="note">${lines.map(sentence).join(' ')}</p>`;
}

/** A name within a sentence or a legend: whole, unless it is longer than a name of Linux can be. */
export function shortName(text: string): Markup {
  return name(shortened(text, MOST_NAME_CHARACTERS));
}

const MOST_NAME_CHARACTERS = 40;

/** At most three things, such as users, with how many more there are: `a, b, c and 2 more`. */
export function listed(all: readonly Markup[]): Markup {
  const shown = all.slice(0, MOST_NAMED);
  const more = all.length - shown.length;
  const parts = more > 0 ? [...shown, html`${more} more`] : shown;
  return parts.reduce(
    (sum, part, at) => html`${sum}${at < parts.length - 1 ? ', ' : ' and '}${part}`,
  );
}

const MOST_NAMED = 3;

export function sentence(text: string): string {
  return `${breakable(capitalised(text))}.`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A browser breaks a line behind a dash, and the no-break space that follows would begin the next. */
export function breakable(text: string): string {
  return text.replaceAll(`–${NO_BREAK_SPACE}`, '– ');
}
