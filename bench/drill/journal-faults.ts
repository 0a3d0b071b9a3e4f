import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { between } from '../../test/random.js';
import { type Drill, type Fault, makeFolder, needsRoot } from './fault.js';
import { type Scene, underLoad } from './scene.js';

const run = promisify(execFile);

const DISK_MB = 4;
const FULL_MS = { low: 3_000, high: 8_000 };

const LOCKED_MS = { low: 1_000, high: 6_000 };
const LOCKS = 3;

/** A disk of 4 MB is filled by another program while the recorder writes, and then freed. */
export const fullDisk: Fault = {
  name: 'full-disk',
  done: `a tmpfs of ${DISK_MB} MB is filled to the last byte for some seconds`,
  missing: needsRoot,
  run: async (drill) => {
    const [folder, disk] = [await makeFolder(drill), await makeFolder(drill)];
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]);
    drill.cleanup.defer(() => run('umount', ['--lazy', disk]));
    const options = { folder, journal: join(disk, 'psusage.db'), mostMissing: 0.02 };
    return underLoad(drill, options, (scene) => fillAndFree(drill, disk, scene));
  },
};

/** Another program takes the journal for itself, several times. */
export const locked: Fault = {
  name: 'locked',
  done: 'another program holds the journal locked for some seconds, three times',
  run: async (drill) => {
    const folder = await makeFolder(drill);
    return underLoad(drill, { folder, mostMissing: 0.02 }, async ({ journal }) => {
      for (let n = 0; n < LOCKS; n++) {
        const intruder = new Database(journal, { timeout: 5_000 });
        intruder.exec('BEGIN EXCLUSIVE');
        await sleep(between(drill.random, LOCKED_MS.low, LOCKED_MS.high));
        intruder.exec('ROLLBACK');
        intruder.close();
        await sleep(between(drill.random, 200, 2_000), undefined, { signal: drill.signal });
      }
    });
  },
};

async function fillAndFree(drill: Drill, disk: string, { recorder }: Scene): Promise<void> {
  const ballast = join(disk, 'ballast');
  const isFull = await writeFile(ballast, Buffer.alloc(DISK_MB * 1024 * 1024)).then(
    () => false,
    () => true,
  );
  if (!isFull) throw new Error('the disk did not become full');
  const fullMs = between(drill.random, FULL_MS.low, FULL_MS.high);
  await sleep(fullMs, undefined, { signal: drill.signal });
  await rm(ballast);
  const wasMissed = recorder().stderr().includes('cannot be written');
  if (!wasMissed) drill.progress('the disk was never missed');
}
