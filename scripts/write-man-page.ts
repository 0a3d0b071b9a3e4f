// Writes the manual page from the definitions of the commands.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wholeProgram } from '../src/program.js';
import { manPage } from './man-page.js';

const folder = fileURLToPath(new URL('../dist/man/', import.meta.url));

/** The day of a build that is to be the same whenever it is made: reproducible-builds.org. */
const seconds = process.env['SOURCE_DATE_EPOCH'];
const day = seconds === undefined ? new Date() : new Date(Number(seconds) * 1000);

mkdirSync(folder, { recursive: true });
const page = manPage(await wholeProgram(), day.toISOString().slice(0, 10));
writeFileSync(`${folder}psusage.1`, page);
