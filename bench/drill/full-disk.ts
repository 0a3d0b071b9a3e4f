import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { between } from '../loads/random.js';
import { type Drill, type Fault, needsRoot, type Outcome } from './fault.js';
import { journalIn } from './recording.js';
import { newFolder, type Scene, underLoad } from './scene.js';

const run = promisify(execFile);

const DISK_MB = 4;
const FULL_MS = { low: 3_000, high: 8_000 };

/** A disk of 4 MB is filled by another program while the recorder writes, and then freed. */
export const fullDisk: Fault = {
  name: 'full-disk',
  done: `a tmpfs of ${DISK_MB} MB is filled to the last byte for some seconds`,
  missing: needsRoot,
  run: async (drill): Promise<Outcome> => {
    const folder = await newFolder(drill);
    const disk = await newFolder(drill);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]);
    drill.cleanup.defer(() => run('umount', ['--lazy', disk]));
    const options = { folder, journal: journalIn(disk), mostMissing: 0.02 };
    return underLoad(drill, options, (scene) => fillAndFree(drill, disk, scene));
  },
};

async function fillAndFree(drill: Drill, disk: string, { recorder }: Scene): Promise<void> {
  const ballast = join(disk, 'ballast');
  const isFull = await writeFile(ballast, Buffer.alloc(DISK_MB * 1024 * 1024)).then(
    () => false,
    () => true,
  );
  if (!isFull) throw new Error('the disk did not become full');
  await sleep(between(drill.random, FULL_MS.low, FULL_MS.high), undefined, {
    signal: drill.signal,
  });
  await rm(ballast);
  if (!recorder().stderr().includes('can’t be written')) drill.say('the disk was never missed');
}
