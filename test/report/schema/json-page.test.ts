import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { beforeAll, expect, it } from 'vitest';
import { type Example, examples } from './examples.js';
import { filled } from './json-page.js';
import { SCHEMAS, VIEWS, strictErrorsOf } from './schemas.js';

const PAGE = fileURLToPath(new URL('../../../docs/json.md', import.meta.url));

let shown: ReadonlyMap<string, Example>;
beforeAll(async () => {
  shown = await examples();
});

/** After a change of a view: `npx vitest run test/report/schema/json-page.test.ts -u` */
it('the page on JSON and CSV shows what the program makes and the schemas say', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const made = filled(page, { schemas: SCHEMAS, examples: shown });
  const options = { ...(await resolveConfig(PAGE)), parser: 'markdown' };
  await expect(await format(made, options)).toMatchFileSnapshot(PAGE);
  for (const view of VIEWS) {
    const hasCsv = shown.get(view)?.csv.length !== 0;
    for (const kind of ['example', 'fields', ...(hasCsv ? ['csv'] : [])])
      expect(page).toContain(`<!-- ${view}: ${kind} -->`);
  }
});

it('the examples are of the schemas', () => {
  for (const [view, { document }] of shown) {
    expect(strictErrorsOf(view, document)).toEqual([]);
  }
});
