import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordFlags, runRecorder } from './run.js';

const INTERVAL_MS = 1_000;

/** A file system in memory. */
const MEMORY = '/dev/shm';

/** Records everything in a journal of its own until `stop` aborts; nothing of it is left then. */
export function recordAside(
  host: string,
  stop: AbortSignal,
): { journal: string; ended: Promise<void> } {
  const folder = mkdtempSync(join(isWritable(MEMORY) ? MEMORY : tmpdir(), 'psusage-top-'));
  const journal = join(folder, 'psusage.db');
  const flags: RecordFlags = {
    ...{ journal, host, logLevel: 'error', logFormat: 'json' },
    ...{ programs: [], user: [], forks: true, interval: INTERVAL_MS },
  };
  const ended = runRecorder(flags, stop).finally(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return { journal, ended };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
