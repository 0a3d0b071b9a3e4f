import type { Terminal } from '../terminal.js';
import type { View } from '../view.js';

type Render = (view: View, terminal: Terminal) => string | Promise<string>;

/** A format, which part of a view it shows, and what renders it. */
interface FormatType {
  shows: 'screen' | 'document' | 'sheet';
  /** The libraries of the other formats are not loaded. */
  load: () => Promise<Render>;
}

const FORMATS = {
  table: { shows: 'screen', load: async () => (await import('./text.js')).toText },
  json: { shows: 'document', load: async () => (await import('./json.js')).toJson },
  csv: { shows: 'sheet', load: async () => (await import('./csv.js')).toCsv },
} as const satisfies Record<string, FormatType>;

export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** What of a view has to be read: screens are cut to what people look at, documents alone have hours. */
export function partShown(format: Format): FormatType['shows'] {
  return FORMATS[format].shows;
}

export async function renderView(view: View, format: Format, terminal: Terminal): Promise<string> {
  const render: Render = await FORMATS[format].load();
  return render(view, terminal);
}
