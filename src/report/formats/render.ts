import type { Terminal } from '../terminal.js';
import type { View } from '../view.js';

type Render = (view: View, terminal: Terminal) => string | Promise<string>;

/** Every format of a view; the libraries of the others are not loaded. */
const FORMATS = {
  table: async () => (await import('./text.js')).toText,
  json: async () => (await import('./json.js')).toJson,
  csv: async () => (await import('./csv.js')).toCsv,
} satisfies Record<string, () => Promise<Render>>;

export type Format = keyof typeof FORMATS;

export async function renderView(view: View, format: Format, terminal: Terminal): Promise<string> {
  const render: Render = await FORMATS[format]();
  return render(view, terminal);
}
