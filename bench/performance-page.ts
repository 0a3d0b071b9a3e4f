import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine } from './experiment/machine.js';
import { writeMarkdown } from './experiment/write-markdown.js';

const PAGE = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const BEGINNING = `# What psusage costs

Each section is written by the bench that it names, which measures all of it again. Figures are medians, and
those that count are ratios to something that was measured in the same run: a machine that is twice as
slow, or busy, changes both sides.
`;

/** What a bench has to say on `docs/performance.md`. */
export interface Section {
  /** Of the section, and its name: a section of the same heading is replaced. */
  readonly heading: string;
  /** The command that measures it again, such as `npm run bench:startup`. */
  readonly command: string;
  /** How often each was measured, such as `15 runs each, in turns`. */
  readonly runs: string;
  /** Paragraphs, lists and tables in Markdown, in order. */
  readonly body: readonly string[];
}

/**
 * Writes one section of `docs/performance.md` anew, with machine and date, and leaves all others as
 * they are. Returns the page's path.
 */
export async function writeSection(section: Section, now = new Date()): Promise<string> {
  const before = await readFile(PAGE, 'utf8').catch(() => BEGINNING);
  const text = [`## ${section.heading}`, await measured(section, now), ...section.body];
  await writeMarkdown(PAGE, withSection(before, section.heading, text.join('\n\n')));
  return PAGE;
}

/** The page with the section in the place of the one of its heading, or at the end. */
export function withSection(page: string, heading: string, section: string): string {
  const parts = page.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.split('\n')[0]?.trim() === `## ${heading}`);
  const text = `${section.trim()}\n\n`;
  return at < 0 ? `${page.trimEnd()}\n\n${text}` : parts.with(at, text).join('');
}

/** The section of this heading, or undefined where the page has none. */
export function sectionOf(page: string, heading: string): string | undefined {
  const parts = page.split(/^(?=## )/m);
  return parts.find((part) => part.split('\n')[0]?.trim() === `## ${heading}`);
}

async function measured({ command, runs }: Section, now: Date): Promise<string> {
  const { date, cpu, vcpus, kernel, distribution } = await describeMachine(now);
  return (
    `Measured on ${date} by \`${command}\`: ${runs}; ${cpu}, ${vcpus} vCPUs, Linux ${kernel}, ` +
    `${distribution}, Node.js ${process.version}.`
  );
}
