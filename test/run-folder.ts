import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** A file system in memory, on most Linux systems: thousands of journals need not wait for a disk there. */
const IN_MEMORY = '/dev/shm';

/** What a run holds at a time, many times over. */
const NEEDED_BYTES = 1024 ** 3;

/** One folder that all of a run's temporary files are in, and that is gone with the run. */
export default function setup({ name }: TestProject): () => void {
  const { TMPDIR } = process.env;
  // Drills are to meet the disk.
  const parent =
    name === 'tests' && TMPDIR === undefined && isUsable(IN_MEMORY) ? IN_MEMORY : tmpdir();
  const folder = newFolder(parent);
  process.env['TMPDIR'] = folder;
  return () => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Some tests become another user, who has to reach the files. */
function newFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'psusage-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Whether there is room, and programs can be run from there. */
function isUsable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= NEEDED_BYTES && runsPrograms(place);
  } catch {
    return false;
  }
}

function runsPrograms(place: string): boolean {
  const folder = newFolder(place);
  try {
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
