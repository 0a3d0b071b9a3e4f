import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { makeExample } from './examples.js';
import { fillPage } from './page.js';
import { DOCUMENTS, type Schema, toSchema } from './schemas.js';

const DOCS = new URL('../../docs/', import.meta.url);
const PAGE = new URL('json.md', DOCS);

/** What is to stand in each file that is made: the schemas, and the page on JSON with its examples. */
export async function makeFiles(): Promise<ReadonlyMap<string, string>> {
  const schemas = new Map<string, Schema>();
  for (const type of DOCUMENTS) schemas.set(type.view, toSchema(type));
  const page = fillPage(readFileSync(PAGE, 'utf8'), await makeExample());
  const texts = [
    [PAGE, page] as const,
    ...[...schemas].map(
      ([view, schema]) =>
        [new URL(`schema/${view}.schema.json`, DOCS), JSON.stringify(schema)] as const,
    ),
  ];
  const files = texts.map(async ([url, text]) => {
    const path = fileURLToPath(url);
    const options = { ...(await resolveConfig(path)), filepath: path };
    return [path, await format(text, options)] as const;
  });
  return new Map(await Promise.all(files));
}
