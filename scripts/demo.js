// Starts a small load, records every process of this machine for some seconds into a journal of its own, and
// prints what each user and each command used.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const RECORDING = '8s';

/** By then the recorder has taken its first sample. */
const LOAD_STARTS_MS = 1000;

/** Does not divide the second between two samples, so they meet the load at different moments. */
const PACE_MS = 450;

/**
 * At most one vCPU in all. A worker burns CPU time so many `times`, `PACE_MS` apart; the workers of a command
 * start `apartMs` apart.
 */
const LOAD = [
  {
    ...{ command: 'demo-web', user: 'www-data', shows: '4 workers of 2 s, each at most 30 %' },
    ...{ burn: 'burn 13', times: 4, workers: 4, apartMs: 1300 },
  },
  {
    ...{ command: 'demo-mail', user: 'mail', shows: '1 worker of 6 s, at most 10 %' },
    ...{ burn: 'burn 4', times: 13, workers: 1, apartMs: 0 },
  },
  {
    ...{ command: 'demo-cron', user: 'nobody', shows: '12 forks of 0.1 s, some unseen' },
    ...{ burn: '(burn 10)', times: 12, workers: 1, apartMs: 0 },
  },
];

/**
 * A worker is a shell that does what is written to it, line by line: it ends with the demonstration, however
 * that ends. First it names itself and learns to burn CPU time for some hundredths of a second.
 */
const PREPARE = `printf %s "$1" >/proc/self/comm
now() { read -r now _ </proc/uptime; now=\${now%.*}\${now#*.}; }
burn() { now; end=$((now + $1)); while [ "$now" -lt "$end" ]; do now; done; }
`;

const checkout = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'psusage-demo-'));
const journal = join(folder, 'psusage.db');

const stop = new AbortController();
const { signal } = stop;
const running = new Set();

function start(...command) {
  const child = spawn(...command);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Starts it in a process group of its own, because a recorder that Ctrl-C reaches too skips its last sample. */
async function psusage(...args) {
  const own = ['--journal', journal, '--config', '/dev/null'];
  const child = start(process.execPath, ['dist/cli.cjs', ...args, ...own], {
    ...{ cwd: checkout, stdio: 'inherit', detached: true, signal },
  });
  const [code] = await once(child, 'close');
  if (code === 0) return;
  process.exitCode = code ?? 1;
  stop.abort();
  signal.throwIfAborted();
}

/** Root runs each command as another user, if that user exists and root may become it. */
function idsOf(user) {
  if (process.getuid() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((id) => parseInt(spawnSync('id', [id, user]).stdout));
  return uid > 0 && spawnSync('true', { uid, gid }).status === 0 ? { uid, gid } : {};
}

async function work({ command, burn, times, ids }) {
  const shell = start('/bin/sh', ['-s', command], {
    ...{ ...ids, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] },
  });
  // A shell that somebody has ended reads no more.
  shell.stdin.on('error', () => undefined);
  shell.stdin.write(PREPARE);
  try {
    for (let done = 0; done < times; done++) {
      shell.stdin.write(`${burn}\n`);
      await sleep(PACE_MS, undefined, { signal });
    }
  } finally {
    shell.stdin.end();
  }
}

async function run(part) {
  const workers = Array.from({ length: part.workers }, async (_, nth) => {
    await sleep(LOAD_STARTS_MS + nth * part.apartMs, undefined, { signal });
    await work(part);
  });
  await Promise.all(workers);
}

/** Quotes a path for a shell. */
function quoted(path) {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

async function demonstrate() {
  const load = LOAD.map((part) => ({ ...part, ids: idsOf(part.user) }));
  console.log(`Recording every process of this machine for ${RECORDING}, among them`);
  console.log('a small load that ends with the demonstration:\n');
  for (const { command, user, shows, ids } of load) {
    console.log(`  ${command.padEnd(9)}  ${(ids.uid ? user : 'you').padEnd(8)}  ${shows}`);
  }
  console.log(`\nThe journal is ${journal}`);
  await Promise.all([
    psusage('record', '--for', RECORDING, '--log-level', 'warn'),
    ...load.map((part) => run(part)),
  ]);
  for (const args of [['--day'], ['--by', 'command', '--top', '10']]) {
    console.log(`\n$ psusage report ${args.join(' ')}`);
    await psusage('report', ...args);
  }
  const [{ user, ids }] = load;
  console.log('\nTry next, from this folder:\n');
  for (const args of [
    ids.uid ? `--user ${user}` : '--mine',
    '--by process --top 5',
    `--format html --output ${quoted(join(folder, 'day.html'))}`,
  ]) {
    console.log(`node dist/cli.cjs report ${args} --journal ${quoted(journal)}`);
  }
  console.log(`\nYou may delete ${folder} afterwards.`);
}

for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(each, () => stop.abort(each));
process.stdout.on('error', () => stop.abort());
// An npm that gets SIGHUP or SIGKILL ends without a word to what it runs.
const parent = process.ppid;
setInterval(() => process.ppid === parent || stop.abort('SIGHUP'), 200).unref();

await demonstrate().catch((error) => {
  if (!signal.aborted) throw error;
});
await Promise.all([...running].map((child) => once(child, 'close')));
if (typeof signal.reason === 'string') {
  process.removeAllListeners(signal.reason);
  process.kill(process.pid, signal.reason);
}
