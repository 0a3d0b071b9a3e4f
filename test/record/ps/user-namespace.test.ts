import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { areUsersUnmapped } from '../../../src/record/ps/user-namespace.js';
import { CLI } from '../../cli.js';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../../source.js';
import { plan } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { query } from '../recording.js';

const NOBODY = 65_534;

test.each<[string, number[], boolean]>([
  ['root, itself and one who stands for all others', [0, 0, 1001, NOBODY, NOBODY], true],
  ['a server of nobody’s among other users’ processes', [0, 1002, 1003, NOBODY], false],
  ['nobody but root and itself', [0, 1001], false],
])('of %s users are unmapped: %j', (_, uids, expected) => {
  const samples = new Map(uids.map((uid, at) => [at, { uid }]));
  const snapshot = { samples } as unknown as Parameters<typeof areUsersUnmapped>[0];
  expect(areUsersUnmapped(snapshot, { overflowUid: NOBODY, ownUid: 1001 })).toBe(expected);
});

test('is said once, and kept with the run', async () => {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const bootedMs = Date.UTC(2026, 5, 1, 12);
  const machine = new SimulatedMachine({ journalPath, bootedMs, overflowUid: NOBODY });
  machine.bootMs = 60_000;
  machine.processes = [10, 11, 12].map((pid) => plan({ pid, uid: NOBODY }));
  machine.start();
  await machine.ticks(60);
  machine.stop();
  expect(machine.logged.filter((line) => line.includes('user namespace'))).toHaveLength(1);
  expect(query(journalPath, 'SELECT users_unmapped FROM recorder_run')).toEqual([
    { users_unmapped: 1 },
  ]);
});

/** Root is mapped to itself there, and needs somebody else to be seen as nobody. */
const isRoot = process.getuid?.() === 0;

test.runIf(spawnSync('unshare', ['-Ur', 'true']).status === 0)(
  'a real user namespace is noticed, and not where there is none (needs the right to make one)',
  () => {
    const sleeper = spawn('sleep', ['60'], isRoot ? { uid: 54_321 } : {});
    onTestFinished(() => {
      sleeper.kill('SIGKILL');
    });
    const journal = join(temporaryFolder(), 'psusage.db');
    const recorder = [process.execPath, CLI, 'record', '--for', '1s', '--journal', journal];
    const inside = spawnSync('unshare', ['-Ur', ...recorder], { encoding: 'utf8' });
    expect(inside.stderr).toContain('this user namespace knows few users');
    const args = [...recorder.slice(1, -1), join(temporaryFolder(), 'psusage.db')];
    const outside = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(outside.stderr).not.toContain('user namespace');
  },
);

const ASK = `import { readOverflowUid } from '${sourceUrl('record/ps/user-namespace.ts')}';
  console.log(readOverflowUid());`;

/** What it answers in a namespace with these users. */
async function overflowUidWhere(uidMap: string): Promise<string> {
  const node = [process.execPath, ...EVALUATE, ASK];
  const script = ['sh', '-c', 'echo ready; read _ && exec "$@"', 'sh', ...node];
  const child = spawn('unshare', ['-U', ...script], {
    env: EVALUATE_ENV,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'readable');
  writeFileSync(`/proc/${child.pid}/uid_map`, uidMap);
  child.stdin.end('\n');
  return (await text(child.stdout)).replace('ready\n', '').trim();
}

test.runIf(isRoot && spawnSync('unshare', ['-Ur', 'true']).status === 0).each([
  ['in which nobody is no user', '0 0 1', '65534'],
  ['with users of its own, nobody among them', '0 0 65536', 'undefined'],
  ['with such users that sees the processes of another one', '0 100000 65536', '65534'],
])(
  'each user without one in a real user namespace %s is shown as %j: %s (needs root)',
  async (_, uidMap, expected) => {
    expect(await overflowUidWhere(uidMap)).toBe(expected);
  },
);
