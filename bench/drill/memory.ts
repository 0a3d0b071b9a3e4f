import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Drill, type Fault, needsRoot } from './fault.js';
import { newFolder, type Scene, underLoad } from './scene.js';

const MOUNT = '/sys/fs/cgroup/memory';

/** Less than any Node.js needs. */
const TOO_LITTLE_BYTES = 12 * 1024 * 1024;

/** The kernel ends the recorder since its cgroup has no memory left. */
export const outOfMemory: Fault = {
  name: 'out-of-memory',
  done: 'the kernel kills it for want of memory, and it is started again',
  missing: () =>
    needsRoot() ??
    (existsSync(join(MOUNT, 'memory.limit_in_bytes')) ? undefined : 'needs the memory cgroup (v1)'),
  run: async (drill) => {
    const folder = await newFolder(drill);
    return underLoad(drill, { folder, mostMissing: 0.02 }, (scene) => starve(drill, scene));
  },
};

async function starve(drill: Drill, { recorder, restart }: Scene): Promise<void> {
  const cgroup = join(MOUNT, `psusage-drill-${process.pid}`);
  await mkdir(cgroup);
  drill.cleanup.defer(() => rmdir(cgroup));
  const { child, ended } = recorder();
  await writeFile(join(cgroup, 'memory.limit_in_bytes'), String(TOO_LITTLE_BYTES));
  // What it has already is counted in its new cgroup only when it moves with it.
  await writeFile(join(cgroup, 'memory.move_charge_at_immigrate'), '3').catch(() => undefined);
  await writeFile(join(cgroup, 'cgroup.procs'), String(child.pid ?? 0));
  const end = await ended;
  drill.say(
    `it ended with ${String(end)}; ${(await readFile(join(cgroup, 'memory.oom_control'), 'utf8')).trim().replaceAll('\n', ', ')}`,
  );
  await restart();
}
