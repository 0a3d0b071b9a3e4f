import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pidExists } from '../src/shared/pid-exists.js';

/** A file system in memory, on most Linux systems: thousands of journals need not wait for a disk there. */
const IN_MEMORY = '/dev/shm';

/** What a run holds at a time, many times over. */
const NEEDED_BYTES = 1024 ** 3;

const PREFIX = 'psusage-test-';

/** One folder that all of a run's temporary files are in, and that is gone with the run. */
export default function setup({ name }: TestProject): () => void {
  const places = isUsable(IN_MEMORY) ? [IN_MEMORY, tmpdir()] : [tmpdir()];
  for (const place of places) removeAbandoned(place);
  const { TMPDIR } = process.env;
  // Drills are to meet the disk.
  const [place = tmpdir()] = name === 'tests' && TMPDIR === undefined ? places : [];
  const folder = newFolder(place);
  process.env['TMPDIR'] = folder;
  const remove = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', remove);
  return () => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    remove();
  };
}

/** Its name tells whose it is. Some tests become another user, who has to reach the files. */
function newFolder(place: string): string {
  const folder = mkdtempSync(join(place, `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o711);
  return folder;
}

/** Removes what runs left that were killed. */
function removeAbandoned(place: string): void {
  for (const name of readdirSync(place)) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || pidExists(Number(pid))) continue;
    try {
      rmSync(join(place, name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
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
