import { writeFileSync } from 'node:fs';
import { makeFiles } from './json-docs/files.js';

/** Makes the JSON Schemas and the page on JSON of the views' own fields: `npm run docs:json`. */
for (const [path, text] of await makeFiles()) writeFileSync(path, text);
