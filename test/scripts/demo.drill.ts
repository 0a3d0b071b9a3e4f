import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CLI, until } from '../cli.js';
import { canBecomeNobody } from '../shared/journal/other-process.js';
import { temporaryFolder } from '../temporary-folder.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const DEMO = [process.execPath, 'scripts/demo.js'];
const LOAD = ['demo-cron', 'demo-mail', 'demo-web'];

interface Demo {
  child: ChildProcess;
  output: () => string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string | null>;
  folder: string;
}

/** Starts a command in a session of its own, as a terminal does. */
function start([program = '', ...args]: string[], env: Record<string, string> = {}): Demo {
  const folder = temporaryFolder();
  const child = spawn(program, args, {
    cwd: CHECKOUT,
    detached: true,
    env: { PATH: process.env['PATH'], TZ: 'UTC', TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code as number | null) ?? (signal as string | null),
  );
  return { child, output: () => output, ended, folder };
}

interface Running {
  session: number;
  command: string;
  args: string;
}

function everyProcess(): Running[] {
  const rows = execFileSync('ps', ['-ewwo', 'sid=,state=,comm=,args='], { encoding: 'utf8' });
  return rows.split('\n').flatMap((row) => {
    const [, session, state, command = '', args = ''] =
      /^ *(\d+) (\S) +(\S+) +(.*)$/.exec(row) ?? [];
    return state === undefined || state === 'Z'
      ? []
      : [{ session: Number(session), command, args }];
  });
}

/** Waits until the whole load runs; tells which processes are left of the demonstration, whenever it is called. */
async function whileLoadRuns({ child, folder }: Demo): Promise<() => string[]> {
  const sessions = new Set([child.pid]);
  const left = () =>
    everyProcess()
      .filter(({ session }) => sessions.has(session))
      .map(({ command }) => command);
  await until(() => LOAD.every((each) => left().includes(each)));
  for (const each of everyProcess()) if (each.args.includes(folder)) sessions.add(each.session);
  expect(left()).toContain('node');
  expect(sessions.size).toBe(2);
  return left;
}

interface Row {
  command?: string;
  user?: string;
  cpuSeconds: number;
}

function rowsWithTime(journal: string, by: 'command' | 'user'): Row[] {
  const args = ['report', '--format', 'json', '--by', by, '--journal', journal];
  const text = execFileSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
  const rows = (JSON.parse(text) as Record<string, Row[]>)[`${by}s`] ?? [];
  return rows.filter(({ cpuSeconds }) => cpuSeconds > 0);
}

test('shows what its load used, by user and by command, and commands that can be pasted', async () => {
  const demo = start(DEMO);
  expect(await demo.ended).toBe(0);
  await until(() => demo.output().includes('You may delete'));
  const lines = demo.output().split('\n');
  expect(lines.filter((line) => /^(user|command) /.test(line))).toHaveLength(2);
  const commands = lines.filter((line) => line.startsWith('node dist/'));
  expect(commands).toHaveLength(3);
  for (const command of commands) execFileSync('sh', ['-c', command], { cwd: CHECKOUT });
  const journal = /--journal (\S+)/.exec(demo.output())?.[1] ?? '';
  const used = rowsWithTime(journal, 'command').map(({ command }) => command);
  expect(used).toEqual(expect.arrayContaining(['demo-mail', 'demo-web']));
  if (!canBecomeNobody()) return;
  const users = rowsWithTime(journal, 'user').map(({ user }) => user);
  expect(users).toEqual(expect.arrayContaining(['mail', 'nobody']));
});

test.each<[string, NodeJS.Signals, (pid: number) => number]>([
  ['Ctrl-C', 'SIGINT', (pid) => -pid],
  ['a terminal that closes', 'SIGHUP', (pid) => -pid],
  ['SIGINT', 'SIGINT', (pid) => pid],
  ['SIGTERM', 'SIGTERM', (pid) => pid],
  ['SIGHUP', 'SIGHUP', (pid) => pid],
])('ends by %s and leaves no process', async (_, signal, target) => {
  const demo = start(DEMO);
  const left = await whileLoadRuns(demo);
  process.kill(target(demo.child.pid ?? 0), signal);
  expect(await demo.ended).toBe(signal);
  expect(left()).toEqual([]);
});

test.each([
  ['is killed', DEMO],
  ['loses the npm that started it', ['sh', '-c', `${DEMO.join(' ')}; exit`]],
])('leaves no process for long when it %s', async (_, command) => {
  const demo = start(command);
  const left = await whileLoadRuns(demo);
  demo.child.kill('SIGKILL');
  await until(() => left().length === 0, 20_000);
  expect(demo.output()).not.toContain('psusage report');
});

test('ends with the code of what failed', async () => {
  expect(await start(DEMO, { PSUSAGE_INTERVAL: 'never' }).ended).toBe(2);
});
