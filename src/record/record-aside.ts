import { accessSync, constants, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pidExists } from '../shared/pid-exists.js';
import { type RecordFlags, runRecorder } from './run.js';

const INTERVAL_MS = 1_000;

/** A file system in memory. */
const MEMORY = '/dev/shm';

/** The folder of a recording has its process's id in its name. */
const FOLDER = /^psusage-top-(\d+)-/;

/** Records everything in a journal of its own until `stop` aborts; nothing of it is left when the process ends. */
export function recordAside(
  host: string,
  stop: AbortSignal,
): { journal: string; ended: Promise<void> } {
  const parent = isWritable(MEMORY) ? MEMORY : tmpdir();
  removeLeftOver(parent);
  const folder = mkdtempSync(join(parent, `psusage-top-${process.pid}-`));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const journal = join(folder, 'psusage.db');
  const flags: RecordFlags = {
    ...{ journal, host, logLevel: 'error', logFormat: 'json' },
    ...{ programs: [], user: [], forks: true, interval: INTERVAL_MS },
  };
  return { journal, ended: runRecorder(flags, stop) };
}

/** What processes of this user that were killed have left. */
function removeLeftOver(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(FOLDER.exec(name)?.[1]);
    const path = join(parent, name);
    if (
      pid > 0 &&
      !pidExists(pid) &&
      lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.()
    ) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
