import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the program looks for beside its sources. */
const BESIDE = ['node_modules', 'migrations', 'package.json'];

/**
 * Compiles the whole project as plain JavaScript into a folder: what runs with tsx has tsx in its memory.
 */
export async function compileInto(folder: string): Promise<void> {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await run(process.execPath, [
    ...[tsc, '-p', join(ROOT, 'tsconfig.json'), '--noEmit', 'false'],
    ...['--rootDir', ROOT, '--outDir', folder],
  ]);
  for (const name of BESIDE) await symlink(join(ROOT, name), join(folder, name));
}
