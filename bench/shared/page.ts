import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const PAGES = {
  accuracy: 'docs/accuracy.md',
  performance: 'bench/results/performance.md',
  drill: 'bench/results/drill.md',
};

/** A page that benches write. */
export type Page = keyof typeof PAGES;

/** What a bench has to say on `bench/results/performance.md`. */
export interface Section {
  /** Its name: the section of the same heading is replaced. */
  readonly heading: string;
  /** The command that measures it again, such as `npm run bench:startup`. */
  readonly command: string;
  /** How often each was measured, such as `15 runs each, in turns`. */
  readonly runs: string;
  /** Paragraphs, lists and tables in Markdown, in order. */
  readonly body: readonly string[];
}

/** Writes one section of `bench/results/performance.md` anew, with machine and date, and leaves the others. */
export async function writeSection({ heading, command, runs, body }: Section): Promise<void> {
  const measured = `Measured on ${today()} by \`${command}\`: ${runs}; ${await describeMachine()}, Node.js ${process.version}.`;
  const text = [`## ${heading}`, measured, ...body].join('\n\n');
  await writePage('performance', replaceSection(await readPage('performance'), heading, text));
}

/** Writes a page as this project's formatter would leave it. */
export async function writePage(page: Page, text: string): Promise<void> {
  const path = pathOfPage(page);
  const options = await resolveConfig(path);
  await writeFile(path, await format(text, { ...options, parser: 'markdown' }));
  console.error(`written: ${path}`);
}

export function readPage(page: Page): Promise<string> {
  return readFile(pathOfPage(page), 'utf8');
}

/** The page with the section in the place of the one of its heading, or at the end. */
export function replaceSection(page: string, heading: string, section: string): string {
  const parts = splitSections(page);
  const at = parts.findIndex((part) => hasHeading(part, heading));
  const text = `${section.trim()}\n\n`;
  return at < 0 ? `${page.trimEnd()}\n\n${text}` : parts.with(at, text).join('');
}

/** The section of this heading, if the page has it. */
export function findSection(page: string, heading: string): string | undefined {
  return splitSections(page).find((part) => hasHeading(part, heading));
}

/** YYYY-MM-DD, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Where something was measured: `AMD EPYC, 2 vCPUs, Linux 6.1, Debian GNU/Linux 12 (bookworm)`. */
export async function describeMachine(): Promise<string> {
  const [cpu] = cpus();
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const distribution = /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? 'unknown';
  const model = cpu?.model.trim() ?? 'unknown';
  return `${model}, ${cpus().length} vCPUs, Linux ${release()}, ${distribution}`;
}

function splitSections(page: string): string[] {
  return page.split(/^(?=## )/m);
}

function hasHeading(section: string, heading: string): boolean {
  return section.split('\n')[0]?.trim() === `## ${heading}`;
}

function pathOfPage(page: Page): string {
  return fileURLToPath(new URL(`../../${PAGES[page]}`, import.meta.url));
}
