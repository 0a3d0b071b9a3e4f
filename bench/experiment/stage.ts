import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadPlace } from '../loads/load.js';
import { createBenchUsers, removeBenchUsers } from '../loads/users.js';
import { assertRoot, type Cleanup } from './cleanup.js';

/** An abstract socket: it is gone with the process that listens on it. */
const ONE_EXPERIMENT = '\0psusage-bench';

/** What every load of an experiment shares; all of it goes with the experiment. */
export type Stage = Pick<LoadPlace, 'folder' | 'users'>;

/**
 * Makes the temporary folder and the users.
 *
 * @param keepFolder leaves the folder behind, to look into logs and the journal
 * @throws when another experiment runs: they would share users and process accounting
 */
export async function setStage(cleanup: Cleanup, keepFolder = false): Promise<Stage> {
  assertRoot();
  await assertAlone(cleanup);
  const folder = await openFolder(join(tmpdir(), 'psusage-bench-'));
  if (keepFolder) console.error(`everything is kept in ${folder}`);
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

async function assertAlone(cleanup: Cleanup): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(ONE_EXPERIMENT), 'listening');
  } catch (error) {
    throw new Error('another experiment runs on this machine', { cause: error });
  }
  cleanup.defer(async () => {
    await once(server.close(), 'close');
  });
}
