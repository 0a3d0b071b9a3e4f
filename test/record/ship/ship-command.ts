import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalBuilder } from '../../builders/journal.js';
import { type CliRun, startCli } from '../../cli.js';
import { temporaryFolder } from '../../temporary-folder.js';

export const PASSWORD = 'correct horse battery staple';

export interface Ended {
  code: number | string | null;
  stdout: string;
  stderr: string;
}

export async function ended(run: CliRun): Promise<Ended> {
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

/** Runs `psusage ship` on this journal. */
export function ship(
  journal: JournalBuilder,
  args: string[],
  env: Record<string, string> = {},
  as: { cwd?: string; uid?: number; gid?: number } = {},
): Promise<Ended> {
  return ended(
    startCli(['ship', '--journal', journal.path, '--config', '/dev/null', ...args], env, as),
  );
}

export function secretFile(content: string, mode = 0o600): string {
  const path = join(temporaryFolder(), 'secret');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}
