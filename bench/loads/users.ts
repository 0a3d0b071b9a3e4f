import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Users of the machine that exist for the loads alone; their names are taken for granted. */
const BENCH_USER_NAMES = ['psbench_a', 'psbench_b', 'psbench_c'] as const;

export interface BenchUser {
  readonly name: string;
  readonly uid: number;
}

export type BenchUsers = readonly [BenchUser, BenchUser, BenchUser];

/** Makes sure of the three users, without home or login, each with a group of its own. */
export async function createBenchUsers(): Promise<BenchUsers> {
  const [a, b, c] = BENCH_USER_NAMES;
  return [await createUser(a), await createUser(b), await createUser(c)];
}

/** Removes them, also those that an earlier experiment left behind. */
export async function removeBenchUsers(): Promise<void> {
  for (const name of BENCH_USER_NAMES) {
    if ((await uidOf(name)) !== undefined) await run('userdel', [name]);
  }
}

async function createUser(name: string): Promise<BenchUser> {
  if ((await uidOf(name)) === undefined) {
    const shell = ['--shell', '/usr/sbin/nologin'];
    await run('useradd', ['--system', '--user-group', '--no-create-home', ...shell, name]);
  }
  const uid = await uidOf(name);
  if (uid === undefined) throw new Error(`the user ${name} was not created`);
  return { name, uid };
}

async function uidOf(name: string): Promise<number | undefined> {
  const { stdout } = await run('id', ['-u', name]).catch(() => ({ stdout: '' }));
  return stdout === '' ? undefined : Number(stdout);
}
