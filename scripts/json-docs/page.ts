import type { Example } from './examples.js';
import type { Schema } from './schemas.js';

/** `<!-- report: fields -->` and so on, and the text up to `<!-- end -->`. */
const BLOCK = /(<!-- (\w+): (example|fields|csv) -->\n)[^]*?(?=<!-- end -->)/g;

/**
 * The page with what stands between its marks made anew. Pure.
 *
 * @throws Error where the fields of a view or its CSV have no place in the page
 */
export function fillPage(
  page: string,
  examples: ReadonlyMap<string, Example>,
  schemas: ReadonlyMap<string, Schema>,
): string {
  const missing = new Set(
    [...examples].flatMap(([view, { csv }]) => marksOf(view, csv.length > 0)),
  );
  const known = new Set<string>();
  const filled = page.replace(BLOCK, (_, mark: string, view: string, kind: string) => {
    missing.delete(mark.trimEnd());
    const [example, schema] = [examples.get(view), schemas.get(view)];
    if (example === undefined || schema === undefined) throw new Error(`there is no view ${view}`);
    const blocks = {
      example: () => fenced('json', JSON.stringify(example.document)),
      csv: () => example.csv.map((text) => fenced('csv', text)).join('\n\n'),
      fields: () => tableOf(schema, known),
    };
    return `${mark}\n${blocks[kind as keyof typeof blocks]()}\n\n`;
  });
  if (missing.size > 0) throw new Error(`the page lacks ${[...missing].join(', ')}`);
  return filled;
}

function marksOf(view: string, hasCsv: boolean): string[] {
  const kinds = ['fields', ...(hasCsv ? ['csv'] : [])];
  return kinds.map((kind) => `<!-- ${view}: ${kind} -->`);
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/**
 * A line for each field; one that means the same in several places has one where it comes first.
 *
 * @param known what the tables before have; the fields of this one are added
 */
function tableOf(schema: Schema, known: Set<string>): string {
  const lines = linesOf(schema, '', known);
  if (lines.length === 0) return 'All its fields are described above.';
  return ['| field | type | |', '| --- | --- | --- |', ...lines].join('\n');
}

function linesOf({ properties = {} }: Schema, before: string, known: Set<string>): string[] {
  return Object.entries(properties as Record<string, Schema>).flatMap(([name, property]) => {
    const meaning = String(property['description']);
    const isKnown = known.has(`${name}: ${meaning}`);
    known.add(`${name}: ${meaning}`);
    const path = `${before}${name}`;
    const line = `| \`${path}\` | ${typeOf(property)} | ${meaning} |`;
    const { items } = property as { items?: Schema };
    const within =
      items === undefined
        ? linesOf(property, `${path}.`, known)
        : linesOf(items, `${path}[].`, known);
    return [...(isKnown ? [] : [line]), ...within];
  });
}

function typeOf(property: Schema): string {
  if ('const' in property) return `\`${JSON.stringify(property['const'])}\``;
  const values = property['enum'] as (string | null)[] | undefined;
  if (values === undefined) return [property['type']].flat().join(' or ');
  return values.map((value) => (value === null ? 'null' : `\`${value}\``)).join(', ');
}
