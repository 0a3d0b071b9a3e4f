import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../temporary-folder.js';

/** A program to run in place of ps; its text is a shell script. */
export function fakePs(script: string): string {
  const path = join(temporaryFolder(), 'ps');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
