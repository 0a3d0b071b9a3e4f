import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cleanup } from './cleanup.js';

const run = promisify(execFile);

/** An abstract socket: it is gone with the process that listens on it. */
const ONE_BENCH = '\0psusage-bench';

/** Users that exist for the loads alone. */
const USER_NAMES = ['psbench_a', 'psbench_b', 'psbench_c'] as const;

export interface BenchUser {
  readonly name: string;
  readonly uid: number;
}

/** What every load of a bench shares; all of it goes with the bench. */
export interface Stage {
  /** A temporary folder that every user can enter. */
  readonly folder: string;
  readonly users: readonly [BenchUser, BenchUser, BenchUser];
}

/**
 * Makes the temporary folder and the users.
 *
 * @param keepFolder leaves the folder behind, to look into logs and the journal
 * @throws when not root, or when another bench runs: they would share the users
 */
export async function setStage(cleanup: Cleanup, keepFolder = false): Promise<Stage> {
  if (process.getuid?.() !== 0) throw new Error('users and cgroups need root');
  await requireNoOther(cleanup);
  const folder = await makeFolder(join(tmpdir(), 'psusage-bench-'));
  if (keepFolder) console.error(`everything is kept in ${folder}`);
  else cleanup.defer(() => rm(folder, { recursive: true }));
  cleanup.defer(removeUsers);
  const [a, b, c] = USER_NAMES;
  return { folder, users: [await createUser(a), await createUser(b), await createUser(c)] };
}

/** A folder inside the stage's for one run of a load, so that the same load may run again. */
export function makeRunFolder(stage: Pick<Stage, 'folder'>, name: string): Promise<string> {
  return makeFolder(join(stage.folder, `${name}-`));
}

async function makeFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(prefix);
  await chmod(folder, 0o755);
  return folder;
}

async function requireNoOther(cleanup: Cleanup): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(ONE_BENCH), 'listening');
  } catch (error) {
    throw new Error('another bench runs on this machine', { cause: error });
  }
  cleanup.defer(() => once(server.close(), 'close'));
}

/** Without home or login, with a group of the same name. */
async function createUser(name: string): Promise<BenchUser> {
  if ((await findUid(name)) === undefined) {
    const shell = ['--shell', '/usr/sbin/nologin'];
    await run('useradd', ['--system', '--user-group', '--no-create-home', ...shell, name]);
  }
  const uid = await findUid(name);
  if (uid === undefined) throw new Error(`the user ${name} was not created`);
  return { name, uid };
}

async function removeUsers(): Promise<void> {
  for (const name of USER_NAMES) {
    if ((await findUid(name)) !== undefined) await run('userdel', [name]);
  }
}

async function findUid(name: string): Promise<number | undefined> {
  const { stdout } = await run('id', ['-u', name]).catch(() => ({ stdout: '' }));
  return stdout === '' ? undefined : Number(stdout);
}
