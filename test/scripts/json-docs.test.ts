import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { makeFiles } from '../../scripts/json-docs/files.js';

it('the schemas and the page on JSON are what the views have now: else npm run docs:json', async () => {
  const files = await makeFiles();
  for (const [path, text] of files) expect(readFileSync(path, 'utf8'), path).toBe(text);
  const schemas = [...files.keys()]
    .map((path) => basename(path))
    .filter((name) => name !== 'json.md');
  expect(readdirSync('docs/schema')).toEqual(schemas.sort());
});
