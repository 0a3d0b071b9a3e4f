import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toMessage, PsusageError } from '../shared/errors.js';
import { accessTo, giveAccess } from '../shared/journal/access.js';
import { readPagerColumns, type Terminal, toTerminal } from './terminal.js';

/** How a file name says stdout. */
const STDOUT = '-';

/** Whether there is a file to be written rather than stdout. */
export function isFile(output: string | undefined): output is string {
  return output !== undefined && output !== STDOUT;
}

/** A file is no terminal: it has no colours, whatever stdout is. */
export function terminalFor(output: string | undefined): Terminal {
  const { COLUMNS, NO_COLOR, TERM } = process.env;
  const env = { COLUMNS, NO_COLOR, TERM };
  return isFile(output) ? toTerminal({}, env) : toTerminal(process.stdout, env, readPagerColumns);
}

/**
 * Writes a report where it is asked for. A file gets its name when it is whole: whoever reads it meanwhile has the
 * old one. It may be read and written by whoever could the old one. What is no plain file, such as a pipe, is written to as it is.
 *
 * @throws PsusageError OUTPUT when the file can't be written
 */
export function writeOutput(text: string, output: string | undefined): void {
  if (!isFile(output)) {
    process.stdout.write(text);
    return;
  }
  try {
    const path = resolveLink(output);
    if (isSpecial(path)) writeFileSync(path, text);
    else replaceFile(path, text);
  } catch (error) {
    throw new PsusageError('OUTPUT', `cannot write ${output}: ${toMessage(error)}`, {
      hint: 'name a file in a folder that you may write to, or leave out --output for stdout',
      cause: error,
    });
  }
}

/** A link stays one: what it leads to is replaced. */
function resolveLink(output: string): string {
  return statSync(output, { throwIfNoEntry: false }) === undefined ? output : realpathSync(output);
}

function isSpecial(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
}

function replaceFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const before = accessTo(path);
  const file = openSync(temporary, 'wx');
  try {
    try {
      if (before !== undefined) giveAccess(file, before);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
