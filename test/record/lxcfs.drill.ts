import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CLI, until } from '../cli.js';
import { faultsOf } from '../invariants.js';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { newJournal, PROGRAM } from './recording.js';

/** Forks that no sample sees and workers of some seconds; tells what the kernel counted for all of it, in seconds. */
const LOAD = `
import os, resource, sys, time

def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass

time.sleep(2)
for _ in range(30):
    if os.fork() == 0:
        burn(0.03)
        os._exit(0)
    os.wait()
    time.sleep(0.05)
for share in range(1, 5):
    if os.fork() == 0:
        for _ in range(40):
            burn(0.01 * share)
            time.sleep(0.08)
        os._exit(0)
for _ in range(4):
    os.wait()
time.sleep(4)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
open(sys.argv[1], 'w').write(str(sum(each.ru_utime + each.ru_stime for each in used)))
`;

/** What runs as the first process of the container: an old process and the recorder, then the load. */
const CONTAINER = `
mount -t proc proc /proc
[ -z "$UPTIME" ] || mount --bind "$UPTIME" /proc/uptime
"$FOLDER/$PROGRAM" -c 'import time; time.sleep(60)' &
sleep 1
"$NODE" "$CLI" record "$PROGRAM" --config /dev/null --journal "$JOURNAL" 2>"$FOLDER/log" &
recorder=$!
sleep 5
"$FOLDER/$PROGRAM" "$FOLDER/load.py" "$FOLDER/used"
sleep 1
kill -TERM $recorder
wait $recorder
"$NODE" "$CLI" status --config /dev/null --journal "$JOURNAL" >"$FOLDER/status"
kill %1
`;

const AGES_UNKNOWN = 'ps can’t tell how old processes are';

/** What this machine lacks for it; empty where it can run. */
function missing(): string {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync('/usr/bin/lxcfs')) return 'needs the package lxcfs';
  if (!existsSync('/dev/fuse')) return 'needs /dev/fuse';
  const unshared = spawnSync('unshare', ['-p', '-f', '-m', 'mount', '-t', 'proc', 'proc', '/proc']);
  return unshared.status === 0 ? '' : 'needs a kernel that lets it unshare';
}

const why = missing();
const drill = test.runIf(why === '');
const named = (name: string) => (why === '' ? name : `${name} (${why})`);

let stop: () => void = () => undefined;

afterEach(() => {
  stop();
  stop = () => undefined;
});

/** Mounts lxcfs on a folder; its uptime is that of the pid namespace in which it is read. */
async function mountLxcfs(folder: string): Promise<string> {
  const mount = join(folder, 'lxcfs');
  mkdirSync(mount);
  const lxcfs = spawn('lxcfs', ['-f', '-p', join(folder, 'lxcfs.pid'), mount], { stdio: 'ignore' });
  stop = () => {
    lxcfs.kill('SIGTERM');
    spawnSync('umount', ['-l', mount]);
  };
  const uptime = join(mount, 'proc', 'uptime');
  await until(() => existsSync(uptime));
  return uptime;
}

interface Recorded {
  usedMs: number;
  recordedMs: number;
  processes: number;
  pids: number;
  firstStartMs: number;
  log: string;
  status: string;
}

/** Records the load in a pid namespace of its own. */
async function recordInContainer(folder: string, journal: string, uptime = ''): Promise<Recorded> {
  symlinkSync('/usr/bin/python3', join(folder, PROGRAM));
  writeFileSync(join(folder, 'load.py'), LOAD);
  const container = spawn('unshare', ['-p', '-f', '-m', '--kill-child', 'sh', '-c', CONTAINER], {
    stdio: 'ignore',
    env: {
      ...{ PATH: process.env['PATH'], UPTIME: uptime, FOLDER: folder, PROGRAM },
      ...{ NODE: process.execPath, CLI, JOURNAL: journal },
    },
  });
  await until(() => container.exitCode !== null, 60_000);
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const db = openJournalReadOnly(journal);
  try {
    expect(faultsOf(db)).toEqual({});
    const number = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? NaN;
    return {
      usedMs: Number(text('used')) * 1_000,
      recordedMs: number('SELECT sum(cpu_ms) FROM credit'),
      processes: number('SELECT count(*) FROM process'),
      pids: number('SELECT count(DISTINCT pid) FROM process'),
      firstStartMs: number('SELECT min(started_ms) FROM process'),
      ...{ log: text('log'), status: text('status') },
    };
  } finally {
    db.close();
  }
}

drill(
  named('in a container whose uptime is its own, sums are right to a second and starts of today'),
  async () => {
    const { folder, journal } = newJournal();
    const startedMs = Date.now();
    const recorded = await recordInContainer(folder, journal, await mountLxcfs(folder));
    expect(Math.abs(recorded.recordedMs - recorded.usedMs)).toBeLessThan(1_200);
    expect(recorded.processes).toBe(recorded.pids);
    expect(recorded.firstStartMs).toBeGreaterThan(startedMs - 60_000);
    const times = recorded.log.split(AGES_UNKNOWN).length - 1;
    const isSaid = recorded.status.includes('ps can’t tell');
    // A ps of 4.0.4 and later asks the kernel for the uptime, and knows all ages.
    expect([times, isSaid]).toEqual(times === 0 ? [0, false] : [1, true]);
  },
);

drill(named('in a container whose uptime is the host’s, all is as it is outside'), async () => {
  const { folder, journal } = newJournal();
  const { log, status, usedMs, recordedMs } = await recordInContainer(folder, journal);
  expect(log).not.toContain(AGES_UNKNOWN);
  expect(status).not.toContain('ps can’t tell');
  expect(Math.abs(recordedMs - usedMs)).toBeLessThan(300);
});
