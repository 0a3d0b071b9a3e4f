/** Before a piece of JavaScript that imports modules of psusage: has Node.js run it. */
export const EVALUATE = ['--import', 'tsx', '--input-type=module', '-e'] as const;

/** In such a process; else tsx leaves what it has compiled in the folder for temporary files. */
export const EVALUATE_ENV = { PATH: process.env['PATH'], TSX_DISABLE_CACHE: '1' };

/** @param path below src */
export function sourceUrl(path: string): string {
  return new URL(`../src/${path}`, import.meta.url).href;
}
