/** Journals that screens are made of. */
const JOURNALS = ['example', 'recorded'] as const;

export type ScreenJournal = (typeof JOURNALS)[number];

/** A command that a page names in a comment, and what the block below it shows. */
export interface Screen {
  /** As somebody would type it into a shell. */
  readonly command: string;
  readonly journal: ScreenJournal;
  /** Characters in a line. */
  readonly columns: number;
  /** Of the comment, from 1. */
  readonly line: number;
  /** All between the fences, which begins with the command. */
  readonly shown: string;
  /** Where that begins and ends in the page. */
  readonly from: number;
  readonly to: number;
}

const DEFAULT_COLUMNS = 90;

/** A comment, the block below it, and what the comment says before its colon. */
const BLOCK =
  /^<!-- screen(?<attributes>[^:\n]*): (?<command>psusage .+) -->\n\n?```\w*\n(?<shown>[\s\S]*?)^```$/dgm;
const ATTRIBUTES = /^(?: journal=(?<journal>\w+))?(?: columns=(?<columns>\d+))?$/;

const COMMENT = /^<!-- screen/gm;
const TYPED = /^```\w*\n\$ psusage /gm;

/**
 * The screens of a page in Markdown, in order.
 *
 * @throws where a comment is misspelt or has no block below it
 */
export function screensOf(page: string): Screen[] {
  const screens = [...page.matchAll(BLOCK)].map((block) => screenOf(block, page));
  const lines = screens.map(({ line }) => line);
  const lost = linesOf(page, COMMENT).find((line) => !lines.includes(line));
  if (lost === undefined) return screens;
  throw new Error(`the comment in line ${lost} is misspelt, or has no block below it`);
}

/** The page with each of its screens replaced by what it should show. */
export function withScreens(page: string, screens: readonly Screen[], shown: string[]): string {
  const parts = screens.map(
    ({ from }, at) => page.slice(screens[at - 1]?.to ?? 0, from) + (shown[at] ?? ''),
  );
  return parts.join('') + page.slice(screens.at(-1)?.to ?? 0);
}

/** Lines of blocks that show psusage without a comment: nobody would notice when they are no longer true. */
export function typedScreens(page: string): number[] {
  const known = screensOf(page).map(({ from }) => lineOf(page, from) - 1);
  return linesOf(page, TYPED).filter((line) => !known.includes(line));
}

function screenOf(block: RegExpExecArray, page: string): Screen {
  const { attributes = '', command = '', shown = '' } = block.groups ?? {};
  const [from = 0, to = 0] = block.indices?.groups?.['shown'] ?? [];
  const line = lineOf(page, block.index);
  const { journal = 'example', columns = DEFAULT_COLUMNS } =
    ATTRIBUTES.exec(attributes)?.groups ?? {};
  const known = JOURNALS.find((each) => each === journal);
  if (!ATTRIBUTES.test(attributes) || known === undefined) {
    throw new Error(
      `line ${line}: what a screen can have is journal=${JOURNALS.join('|')} columns=<n>`,
    );
  }
  return { command, journal: known, columns: Number(columns), line, shown, from, to };
}

function linesOf(page: string, pattern: RegExp): number[] {
  return [...page.matchAll(pattern)].map(({ index }) => lineOf(page, index));
}

function lineOf(page: string, index: number): number {
  return page.slice(0, index).split('\n').length;
}
