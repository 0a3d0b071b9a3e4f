import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder; gone with the whole run. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'psusage-test-'));
}
