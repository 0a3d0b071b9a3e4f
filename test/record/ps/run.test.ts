import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { PsError } from '../../../src/record/ps/errors.js';
import { detectColumns } from '../../../src/record/ps/prepare.js';
import { PsRunner, queryPs } from '../../../src/record/ps/run.js';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../../source.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { fakePs } from './fake-ps.js';

/** A loaded machine may take a while to start a process; what is tested is orders of magnitude apart. */
const SOON_MS = 5_000;
const LONG_S = 15;

/** The first process of the system may take its time to wait for orphans. */
const REAPED = { timeout: 8_000 };

function runner(command: string, timeoutMs = SOON_MS): PsRunner {
  return new PsRunner({ command, timeoutMs });
}

/** What a run fails with. */
async function failureOf(run: Promise<unknown>): Promise<PsError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PsError) return error;
  throw new Error('it did not fail with a PsError', { cause: error });
}

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work;
  return (performance.now() - startMs) / 1_000;
}

/** Writes its pid to a file, then does what the rest says. */
function fakePsWithPid(script: string): { command: string; pid: () => number } {
  const file = join(temporaryFolder(), 'pid');
  const pid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  return { command: fakePs(`echo $$ > ${file}\n${script}`), pid };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('gives what ps prints, and the pid of its parent', async () => {
  const { stdout, helperPid } = await new PsRunner({ timeoutMs: SOON_MS }).run([
    '-e',
    '-o',
    'pid=,ppid=,comm=',
  ]);
  expect(stdout).toMatch(new RegExp(`^ *\\d+ +${helperPid} ps$`, 'm'));
  expect(stdout).toMatch(new RegExp(`^ *${process.pid} `, 'm'));
});

test('hands each argument to ps as it is', async () => {
  const { stdout } = await runner(fakePs('printf "%s\\n" "$@"')).run([
    '$(id)',
    'a b',
    ';',
    '*',
    "'",
  ]);
  expect(stdout).toBe("$(id)\na b\n;\n*\n'\n");
});

test('is not changed by what the environment tells ps', async () => {
  const args = ['S', '-ww', '-o', 'pid=,user:32=,pcpu=,comm=', '-p', String(process.pid)];
  const plain = await new PsRunner({ timeoutMs: SOON_MS }).run(args);
  vi.stubEnv('PS_FORMAT', 'comm');
  vi.stubEnv('COLUMNS', '12');
  vi.stubEnv('LINES', '1');
  vi.stubEnv('PS_PERSONALITY', 'aix');
  vi.stubEnv('CMD_ENV', 'hp');
  vi.stubEnv('I_WANT_A_BROKEN_PS', '1');
  vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
  try {
    const { stdout } = await new PsRunner({ timeoutMs: SOON_MS }).run(args);
    expect(stdout.replace(/[\d.:]+/g, '0')).toBe(plain.stdout.replace(/[\d.:]+/g, '0'));
    const { stdout: variables } = await runner(fakePs('env')).run([]);
    expect(variables).not.toMatch(/PS_|COLUMNS|LINES|CMD_ENV|BROKEN/);
    expect(variables).toMatch(/^LC_ALL=C$/m);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('kills a ps that hangs, even one that ignores SIGTERM', async () => {
  const { command, pid } = fakePsWithPid(`trap '' TERM; sleep ${LONG_S} & wait; sleep ${LONG_S}`);
  const error = await failureOf(runner(command, 500).run([]));
  expect(error.code).toBe('PS_TIMEOUT');
  expect(error.message).toBe('ps took longer than 500 ms');
  await vi.waitFor(() => {
    expect(pid()).toBeGreaterThan(0);
    expect(isAlive(pid())).toBe(false);
  }, REAPED);
});

test('gives up in time when somebody else holds the output of a killed ps open, and runs ps again', async () => {
  const first = join(temporaryFolder(), 'first');
  const command = fakePs(
    `if [ ! -e ${first} ]; then touch ${first}; sleep ${LONG_S} & sleep ${LONG_S}; fi; echo again`,
  );
  const ps = runner(command, 1_000);
  const hanging = failureOf(ps.run([]));
  expect(await secondsOf(hanging)).toBeLessThan(SOON_MS / 1_000);
  expect((await hanging).code).toBe('PS_TIMEOUT');
  await vi.waitFor(async () => {
    expect((await ps.run([])).stdout).toBe('again\n');
  });
});

test('takes what ps printed though somebody else holds its output open', async () => {
  const run = runner(fakePs(`sleep ${LONG_S} & echo done`)).run([]);
  expect(await secondsOf(run)).toBeLessThan(SOON_MS / 1_000);
  expect((await run).stdout).toBe('done\n');
});

test('starts no second ps while the first can’t be ended', async () => {
  const started = join(temporaryFolder(), 'started');
  const ps = runner(fakePs(`echo >> ${started}; sleep ${LONG_S}`), 500);
  const first = failureOf(ps.run([]));
  expect((await first).message).toContain('took longer');
  // The kill is on its way and has not been seen to work.
  expect((await failureOf(ps.run([]))).message).toBe('ps still hangs');
  expect(readFileSync(started, 'utf8')).toBe('\n');
});

test('holds no more than its bound of a ps that never stops printing', async () => {
  const { command, pid } = fakePsWithPid('exec yes "no list of processes"');
  const before = process.memoryUsage.rss();
  const error = await failureOf(runner(command, 20_000).run([]));
  expect(error.code).toBe('PS_FAILED');
  expect(error.message).toContain('does not stop printing');
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  await vi.waitFor(() => {
    expect(isAlive(pid())).toBe(false);
  }, REAPED);
});

test.each([
  [
    'the first line that ps prints on stderr',
    'echo "error: bad" >&2; echo more >&2; exit 1',
    'error: bad',
  ],
  ['that ps failed when it prints nothing', 'exit 3', 'exit status 3'],
  ['that ps was killed', 'kill -9 $$', 'Killed'],
])('tells %s', async (_, script, words) => {
  const error = await failureOf(runner(fakePs(script)).run([]));
  expect(error.code).toBe('PS_FAILED');
  expect(error.message).toContain(`ps failed: ${words}`);
  expect(error.message).not.toContain('\n');
});

test('nothing printed and nothing said is an answer: no such process is there', async () => {
  expect(await runner(fakePs('exit 1')).run([])).toMatchObject({ status: 1, stdout: '' });
});

test('one helper runs all, and one that has died is started again', async () => {
  const ps = new PsRunner({ timeoutMs: SOON_MS });
  const { helperPid } = await ps.run([]);
  expect((await ps.run([])).helperPid).toBe(helperPid);
  process.kill(helperPid, 'SIGKILL');
  await vi.waitFor(() => {
    expect(isAlive(helperPid)).toBe(false);
    expect(ps.helperPid).toBeUndefined();
  }, REAPED);
  const { helperPid: next } = await ps.run([]);
  expect(next).not.toBe(helperPid);
});

test('a helper that dies under a run is a failure of that run alone', async () => {
  const { command, pid } = fakePsWithPid(`sleep ${LONG_S}`);
  const ps = runner(command, 30_000);
  const run = failureOf(ps.run([]));
  await vi.waitFor(() => {
    expect(pid()).toBeGreaterThan(0);
  });
  process.kill(-(ps.helperPid ?? 0), 'SIGKILL');
  expect(await run).toMatchObject({
    code: 'PS_FAILED',
    message: expect.stringContaining('SIGKILL') as string,
  });
});

test('a process that calls itself as the end of a run does not end it', async () => {
  const ps = runner(fakePs('echo "77 x = 1 0"; sleep 0.2; echo "78 y"'));
  expect((await ps.run([])).stdout).toBe('77 x = 1 0\n78 y\n');
  expect((await ps.run([])).stdout).toBe('77 x = 1 0\n78 y\n');
});

test('a helper that is stopped is given up in time, and the next run has another', async () => {
  const ps = new PsRunner({ timeoutMs: 500 });
  const { helperPid } = await ps.run(['-p', '1']);
  process.kill(helperPid, 'SIGSTOP');
  expect((await failureOf(ps.run(['-p', '1']))).code).toBe('PS_TIMEOUT');
  await vi.waitFor(async () => {
    expect((await ps.run(['-p', '1'])).helperPid).not.toBe(helperPid);
  }, REAPED);
});

test('without a file descriptor to spare a run fails, and the next one after it does not', async () => {
  const ps = new PsRunner({ timeoutMs: SOON_MS });
  const open: number[] = [];
  try {
    expect(() => {
      for (;;) open.push(openSync('/dev/null', 'r'));
    }).toThrow('EMFILE');
    expect((await failureOf(ps.run(['-p', '1']))).code).toBe('PS_FAILED');
  } finally {
    open.forEach(closeSync);
  }
  expect((await ps.run(['-p', '1'])).stdout).not.toBe('');
});

test('the helper ends with the recorder, however that ends', async () => {
  const script = `
    import { PsRunner } from '${sourceUrl('record/ps/run.ts')}';
    const { helperPid } = await new PsRunner({ timeoutMs: 5000 }).run(['-p', '1']);
    console.log(helperPid);
    if (process.argv.at(-1) === 'killed') process.kill(process.pid, 'SIGKILL');`;
  for (const how of ['by itself', 'killed']) {
    const { stdout } = spawnSync('node', [...EVALUATE, script, '--', how], {
      env: EVALUATE_ENV,
      encoding: 'utf8',
    });
    await vi.waitFor(() => {
      expect(isAlive(Number(stdout))).toBe(false);
    }, REAPED);
  }
});

test('takes no output of a ps that then failed', async () => {
  const error = await failureOf(runner(fakePs('echo half a list; exit 1')).run([]));
  expect(error.code).toBe('PS_FAILED');
});

test('tells how to get a ps where there is none', async () => {
  const error = await failureOf(runner(join(temporaryFolder(), 'ps')).run([]));
  expect(error.code).toBe('PS_MISSING');
  expect(error.hint).toMatch(/^install procps/);
});

test('fails like any other run when the kernel refuses to start ps', async () => {
  // Linux takes no single argument of more than 128 KiB.
  const tooLong = 'x'.repeat(140_000);
  const error = await failureOf(runner(fakePs('exit 0')).run([tooLong]));
  expect(error.code).toBe('PS_FAILED');
  expect(error.message).toMatch(/^ps failed: .*[Aa]rgument list too long/);
});

test('ends at once when it is told to stop', async () => {
  const stop = new AbortController();
  const { command, pid } = fakePsWithPid(`sleep ${LONG_S}`);
  const run = failureOf(runner(command, 30_000).run([], stop.signal));
  await vi.waitFor(() => {
    expect(pid()).toBeGreaterThan(0);
  });
  const stopped = (async () => {
    stop.abort();
    return run;
  })();
  expect(await secondsOf(stopped)).toBeLessThan(1);
  expect((await stopped).code).toBe('PS_TIMEOUT');
  await vi.waitFor(() => {
    expect(isAlive(pid())).toBe(false);
  }, REAPED);
});

test('starts no ps when it has been told to stop before', async () => {
  const started = join(temporaryFolder(), 'started');
  const ps = runner(fakePs(`touch ${started}`));
  expect((await failureOf(ps.run([], AbortSignal.abort()))).code).toBe('PS_TIMEOUT');
  await delay(50);
  expect(existsSync(started)).toBe(false);
  expect((await ps.run([])).stdout).toBe('');
});

test('adds one listener for all runs to a signal that lives as long as the recorder', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const ps = runner(fakePs('exit 0'));
  for (let run = 0; run < 3; run += 1) await ps.run([], signal);
  expect(added).toHaveBeenCalledOnce();
});

test('is ended by the signal of its run, not by that of an earlier one', async () => {
  const [earlier, own] = [new AbortController(), new AbortController()];
  const ps = runner(fakePs('sleep 0.2; echo done'));
  await ps.run([], earlier.signal);
  const done = ps.run([], own.signal);
  earlier.abort();
  expect((await done).stdout).toBe('done\n');
  const stopped = failureOf(ps.run([], own.signal));
  own.abort();
  expect((await stopped).code).toBe('PS_TIMEOUT');
});

const realPs = new PsRunner({ timeoutMs: 10_000 });
const columns = await detectColumns(realPs, process.pid);

test('everything holds this process and not the ps that was run', async () => {
  const { samples, taken, helperPid } = await queryPs(realPs, columns, 'everything');
  expect(samples.get(process.pid)).toMatchObject({ ppid: process.ppid, uid: process.getuid?.() });
  expect([...samples.values()].filter((each) => each.ppid === helperPid)).toEqual([]);
  expect(taken.takenToBootMs).toBeGreaterThanOrEqual(taken.takenFromBootMs);
});

test('of some pids those are shown that are there', async () => {
  const { samples, helperPid = 0 } = await queryPs(realPs, columns, [process.pid, 1, 4_194_303]);
  expect([...samples.keys()]).toEqual([process.pid, 1]);
  const helper = await queryPs(realPs, columns, [helperPid]);
  expect(helper.samples.get(helperPid)).toMatchObject({ ppid: process.pid });
});

test('none of them being there is no failure', async () => {
  const { samples } = await queryPs(realPs, columns, [4_194_302, 4_194_303]);
  expect(samples.size).toBe(0);
});

test('a thread’s id shows nothing of its own, and does not stand in for its process', async () => {
  const threads = readdirSync('/proc/self/task').map(Number);
  const others = threads.filter((tid) => tid !== process.pid);
  expect(others.length).toBeGreaterThan(0);
  expect((await queryPs(realPs, columns, others)).samples.size).toBe(0);
  const alone = await queryPs(realPs, columns, [process.pid]);
  const among = await queryPs(realPs, columns, [process.pid, ...others]);
  expect([...among.samples.keys()]).toEqual([process.pid]);
  expect(among.samples.get(process.pid)?.times).toBeGreaterThanOrEqual(
    alone.samples.get(process.pid)?.times ?? 0,
  );
});

test.each([
  ['nothing at all', 'exit 0', 'PS_RUBBISH'],
  ['a list without itself', 'ps "$@" | grep -v " ps$" | grep -v "ps $"', 'PS_RUBBISH'],
  ['the beginning of a list', 'ps "$@" | head -c 500', 'PS_RUBBISH'],
])('a ps that prints %s of everything gives no answer', async (_, script, code) => {
  await expect(
    queryPs(runner(fakePs(script), 10_000), columns, 'everything'),
  ).rejects.toMatchObject({ code });
});
