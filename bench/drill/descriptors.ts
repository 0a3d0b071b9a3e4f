import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Fault } from './fault.js';
import { newFolder, underLoad } from './scene.js';

const run = promisify(execFile);

const FEW_MS = 5_000;
const USUAL_LIMIT = 1_024;

/** The recorder may open no further file, while its helper dies: the next one needs pipes. */
export const noDescriptors: Fault = {
  name: 'descriptors',
  done: 'no file descriptor is left to the recorder, and the shell that runs ps is killed',
  run: async (drill) => {
    const folder = await newFolder(drill);
    const options = { folder, mostMissing: 0.02, gap: 'ps' as const };
    return underLoad(drill, options, async ({ recorder }) => {
      const pid = recorder().child.pid ?? 0;
      const open = await readdir(`/proc/${pid}/fd`);
      await limitDescriptors(pid, open.length);
      await killChildren(pid);
      await sleep(FEW_MS, undefined, { signal: drill.signal });
      await limitDescriptors(pid, USUAL_LIMIT);
    });
  },
};

async function limitDescriptors(pid: number, limit: number): Promise<void> {
  await run('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
}

async function killChildren(pid: number): Promise<void> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  for (const child of stdout.trim().split('\n')) process.kill(Number(child), 'SIGKILL');
}
