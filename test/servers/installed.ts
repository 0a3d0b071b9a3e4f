import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A command, and the Debian package that brings it. */
export interface Command {
  readonly name: string;
  readonly debianPackage: string;
}

/**
 * Where a command is.
 *
 * @throws Error that says how to install it
 */
export function pathOf({ name, debianPackage }: Command): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not installed, and this test needs it; on Debian: apt-get install ${debianPackage}`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
