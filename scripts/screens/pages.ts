import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { screensOf, typedScreens, withScreens } from './blocks.js';
import type { Screen, ScreenJournal } from './blocks.js';
import { type JournalAt, placeJournal } from './journals.js';
import { placeProgram, shownBy } from './shell.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A page of the documentation, and what it should be. */
export interface Page {
  /** From the project's folder. */
  readonly name: string;
  readonly path: string;
  /** With all its screens as the program shows them now. */
  readonly text: string;
  /** What is not so in the page as it is, in words. */
  readonly faults: readonly string[];
}

/** Draws the screens of the README and of all pages in `docs/`, with the program that was built last. */
export async function drawPages(): Promise<Page[]> {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-screens-'));
  try {
    placeProgram(folder);
    const placed = new Map<ScreenJournal, JournalAt>();
    const draw = (screen: Screen): Promise<string> => {
      const journal = placed.get(screen.journal) ?? placeJournal(screen.journal, folder);
      placed.set(screen.journal, journal);
      return shownBy(screen, journal, folder);
    };
    const pages: Page[] = [];
    for (const name of await pageNames()) pages.push(await drawPage(name, draw));
    return pages;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function pageNames(): Promise<string[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.sort().map((name) => join('docs', name))];
}

async function drawPage(name: string, draw: (screen: Screen) => Promise<string>): Promise<Page> {
  const path = join(ROOT, name);
  const before = await readFile(path, 'utf8');
  try {
    const screens = screensOf(before);
    const shown = await Promise.all(screens.map(draw));
    const faults = [
      ...typedScreens(before).map(
        (line) => `${name}:${line}: a screen without a comment that names it`,
      ),
      ...screens.flatMap((screen, at) =>
        screen.shown === shown[at] ? [] : [`${name}:${screen.line}: stale: ${screen.command}`],
      ),
    ];
    return { name, path, text: withScreens(before, screens, shown), faults };
  } catch (error) {
    throw new Error(`cannot draw the screens of ${name}`, { cause: error });
  }
}
