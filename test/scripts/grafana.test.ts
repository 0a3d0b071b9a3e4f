import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FOLDER, makeDashboards } from '../../scripts/grafana/dashboards.js';

it('the dashboards are what they are made of now: else npm run dashboards', async () => {
  const files = await makeDashboards();
  for (const [path, text] of files) expect(readFileSync(path, 'utf8'), path).toBe(text);
  const paths = readdirSync(FOLDER).map((name) => join(FOLDER, name));
  expect(paths.sort()).toEqual([...files.keys()].sort());
});
