import type { Example } from './examples.js';

/** `<!-- example -->` and `<!-- csv -->`, and the text up to `<!-- end -->`. */
const BLOCK = /(<!-- (example|csv) -->\n)[^]*?(?=<!-- end -->)/g;

/** The page with what stands between its marks made anew. Pure. */
export function fillPage(page: string, { document, csv }: Example): string {
  return page.replace(BLOCK, (_, mark: string, kind: string) => {
    const block = kind === 'csv' ? fenced('csv', csv) : fenced('json', JSON.stringify(document));
    return `${mark}\n${block}\n\n`;
  });
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
