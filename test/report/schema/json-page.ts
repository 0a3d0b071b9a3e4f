import type { AnySchemaObject } from 'ajv/dist/2020.js';
import type { Example } from './examples.js';
import { fieldsOf, resolved, type SchemaPart } from './resolve.js';

/** `<!-- report: fields -->` and so on, and the text up to `<!-- end -->`. */
const BLOCK = /(<!-- (\w+): (example|fields|csv) -->\n)[^]*?(?=<!-- end -->)/g;

interface Sources {
  schemas: ReadonlyMap<string, AnySchemaObject>;
  examples: ReadonlyMap<string, Example>;
}

/** The page with what stands between its marks made anew. Pure. */
export function filled(page: string, { schemas, examples }: Sources): string {
  return page.replace(BLOCK, (_, mark: string, view: string, kind: string) => {
    const example = examples.get(view);
    const schema = schemas.get(`${view}.schema.json`);
    if (example === undefined || schema === undefined) throw new Error(`there is no view ${view}`);
    const blocks = {
      example: () => fenced('json', JSON.stringify(example.document)),
      csv: () => example.csv.map((text) => fenced('csv', text)).join('\n\n'),
      fields: () => tableOf(schema),
    };
    return `${mark}\n${blocks[kind as keyof typeof blocks]()}\n\n`;
  });
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** A line for each field; one that means the same in several places has one where it comes first. */
function tableOf(schema: AnySchemaObject): string {
  const known = new Set<string>();
  const lines = linesOf({ part: schema, schema }, '', known);
  return ['| field | type | |', '| --- | --- | --- |', ...lines].join('\n');
}

function linesOf(of: SchemaPart, before: string, known: Set<string>): string[] {
  return fieldsOf(of).flatMap(([name, field]) => {
    const meaning = String(field.part['description']);
    const isKnown = known.has(`${name}: ${meaning}`);
    known.add(`${name}: ${meaning}`);
    const path = `${before}${name}`;
    const line = `| \`${path}\` | ${typeOf(field.part)} | ${meaning} |`;
    return [...(isKnown ? [] : [line]), ...linesWithin(field, path, known)];
  });
}

function linesWithin({ part, schema }: SchemaPart, path: string, known: Set<string>): string[] {
  const items = part['items'] as AnySchemaObject | undefined;
  if (items === undefined) return linesOf({ part, schema }, `${path}.`, known);
  return linesOf(resolved({ part: items, schema }), `${path}[].`, known);
}

function typeOf(part: AnySchemaObject): string {
  if ('const' in part) return `\`${JSON.stringify(part['const'])}\``;
  const { enum: values, anyOf } = part as { enum?: (string | null)[]; anyOf?: unknown[] };
  if (values !== undefined) {
    return values.map((value) => (value === null ? 'null' : `\`${value}\``)).join(', ');
  }
  return anyOf === undefined ? [part['type']].flat().join(' or ') : 'string or null';
}
