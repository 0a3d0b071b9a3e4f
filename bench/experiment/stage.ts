import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadPlace } from '../loads/load.js';
import { createBenchUsers, removeBenchUsers } from '../loads/users.js';
import { assertRoot, type Cleanup } from './cleanup.js';

/** What every load of an experiment shares; all of it goes with the experiment. */
export type Stage = Pick<LoadPlace, 'folder' | 'users'>;

/**
 * Makes the temporary folder and the users.
 *
 * @param keepFolder leaves the folder behind, to look into logs and the journal
 */
export async function setStage(cleanup: Cleanup, keepFolder = false): Promise<Stage> {
  assertRoot();
  const folder = await openFolder(join(tmpdir(), 'psusage-bench-'));
  if (keepFolder) console.log(`everything is kept in ${folder}`);
  else cleanup.defer(() => rm(folder, { recursive: true }));
  cleanup.defer(removeBenchUsers);
  return { folder, users: await createBenchUsers() };
}

/** A folder inside the stage's for one run of a load, so that the same load may run again. */
export function folderForRun(stage: Stage, loadName: string): Promise<string> {
  return openFolder(join(stage.folder, `${loadName}-`));
}

async function openFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(prefix);
  await chmod(folder, 0o755);
  return folder;
}
