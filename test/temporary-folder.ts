import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new empty folder; gone with the test's process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'psusage-test-'));
  if (made.length === 0) {
    process.once('exit', () => {
      for (const each of made) rmSync(each, { recursive: true, force: true });
    });
  }
  made.push(folder);
  return folder;
}
