// Draws the screens in README.md and docs/*.md with the built program, each below a comment that names its command:
//   <!-- screen journal=recorded columns=100: psusage report --day -->
// journal: example (ninety days, generated; unless said otherwise) or recorded (twenty minutes, real); columns: 90.
//   npm run screens             draws them anew
//   npm run screens -- --check  fails when a page shows anything else
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { drawPages } from './screens/pages.js';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const pages = await drawPages();
if (!options.check) for (const { path, text } of pages) await writeFile(path, text);
const faults = pages.flatMap((page) => page.faults);
for (const fault of faults) console.error(fault);
if (options.check && faults.length > 0) {
  console.error('draw them with: npm run screens');
  process.exitCode = 1;
}
