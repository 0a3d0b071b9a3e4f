import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Screen } from './blocks.js';
import type { JournalAt } from './journals.js';

const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const CLOCK = new URL('clock.js', import.meta.url).href;

/** 0, or what a check has found. */
const PRINTED = [0, 3, 4];

/** Puts the built program into a folder under the name by which people call it. */
export function placeProgram(folder: string): void {
  symlinkSync(CLI, join(folder, 'psusage'));
}

/**
 * What somebody would see who types a screen's command into a shell at the moment of the journal's last sample:
 * the command, and what it prints to stdout. Nothing of this machine but its programs matters.
 *
 * @param folder where the program is
 * @throws when the command fails
 */
export async function shownBy(
  { command, columns }: Screen,
  { path, nowMs }: JournalAt,
  folder: string,
): Promise<string> {
  const env = {
    PATH: [folder, dirname(process.execPath), process.env['PATH']].join(':'),
    NODE_OPTIONS: `--no-warnings --import=${CLOCK}`,
    SCREEN_NOW: new Date(nowMs).toISOString(),
    PSUSAGE_JOURNAL: path,
    PSUSAGE_CONFIG: '/dev/null',
    COLUMNS: String(columns),
    NO_COLOR: '1',
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
  };
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { cwd: folder, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (PRINTED.includes(Number(exitCode))) resolve(`$ ${command}\n${stdout}`);
      else reject(new Error(`${command}: ${stderr}`, { cause: error }));
    });
  });
}
