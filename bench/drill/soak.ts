import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CliRun } from '../../test/cli.js';
import { freePort, OWN_ADDRESS } from '../../test/servers/loopback.js';
import type { Cleanup } from '../experiment/cleanup.js';
import { openForeign } from '../psusage/journal.js';
import { CLI } from '../psusage/recorder.js';
import { startBurners } from './burners.js';
import { endLoad } from './end-load.js';
import type { Drill, Fault, Outcome } from './fault.js';
import { Onlooker } from './look.js';
import { isRunning, journalIn, startRecorder, stopRecorder, untilTicked } from './recording.js';
import { saidIn } from './said.js';
import { newFolder } from './scene.js';
import { isNear, missingPart, readSums } from './sums.js';

const run = promisify(execFile);

const FOLLOWED = 200;
/** All of them together take most of one vCPU. */
const MOST_PERCENT = 0.8;
const INTERVAL_MS = 1_000;
const REPORT_EACH_MS = 10_000;
const SHIP_EACH_MS = 60_000;
const LOOK_EACH_MS = 60_000;

/** Whose distances a look takes. */
const TICKS_A_LOOK = 10;
const TICK_POLL_MS = 100;

/** To end the load and settle what is left. */
const AFTERWARDS_MINUTES = 10;

/** V8 has taken what it takes by then. */
const WARM_MS = 60_000;

/** The memory at the end, in parts of what it was when warm. */
const MOST_GROWN = 1.3;
const MOST_MISSING = 0.01;

/** What the recorder holds at a moment. */
interface Held {
  readonly residentKb: number;
  readonly descriptors: number;
  readonly journalBytes: number;
  readonly walBytes: number;
  /** Time in gaps so far. */
  readonly gapMs: number;
  /** Processes that are followed. */
  readonly followed: number;
  /** The most by which one of some samples came later after the one before than it should. */
  readonly lateMs: number;
}

/** Hundreds of followed processes that come and go, with reports and ships beside the recorder. */
export const soak: Fault = {
  name: 'soak',
  done: `${FOLLOWED} followed processes that come and go, a report each 10 s and a ship each minute beside it`,
  byNameOnly: true,
  run: soakFor,
};

async function soakFor(drill: Drill): Promise<Outcome> {
  const { cleanup, minutes } = drill;
  const folder = await newFolder(drill);
  const journal = journalIn(folder);
  const recorder = startRecorder(
    { journal, intervalMs: INTERVAL_MS, limitMinutes: minutes + AFTERWARDS_MINUTES },
    cleanup,
  );
  await untilTicked(journal, recorder);
  const burners = await startBurners({
    ...{ folder, seed: drill.seed, seconds: (minutes + AFTERWARDS_MINUTES) * 60 },
    ...{ forks: FOLLOWED, percent: MOST_PERCENT },
  });
  cleanup.defer(burners.kill);
  const url = await startAcceptingServer(cleanup);
  const over = overAfter(minutes * 60_000, drill.signal);
  const failures: string[] = [];
  const [looks] = await Promise.all([
    lookAt(recorder, journal, over, drill.say),
    each(REPORT_EACH_MS, ['report', '--journal', journal], failures, over),
    each(
      SHIP_EACH_MS,
      ['ship', '--journal', journal, '--url', url, '--database', 'soak'],
      failures,
      over,
    ),
  ]);
  drill.signal.throwIfAborted();
  const { kernelMs, left } = await endLoad(burners, journal);
  const exit = await stopRecorder(recorder);
  const { breaches } = await new Onlooker(journal).look();
  const sums = readSums(journal);
  const missing = missingPart(sums, kernelMs);
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the soak was too short to look');
  return {
    saw: [
      `at the start: ${inWords(first)}`,
      `at the end: ${inWords(last)}`,
      `${sums.processes} processes, ${sums.records} records; the journal ${(-100 * missing).toFixed(2)} % of the kernel’s count`,
    ],
    said: saidIn([recorder.stderr()]),
    breaches: [
      ...breaches,
      ...failures,
      ...(exit === 0 ? [] : [`the recorder ended with ${String(exit)}`]),
      ...(left === 0 ? [] : [`${left} processes and records are not over at the end`]),
      ...(last.residentKb <= MOST_GROWN * first.residentKb ? [] : ['it holds more memory']),
      ...(last.descriptors <= first.descriptors ? [] : ['it holds more file descriptors']),
      ...(isNear(sums, kernelMs, MOST_MISSING) ? [] : ['the sums are more than 1 % off']),
    ],
  };
}

/** Aborts after that long, or with `signal`. Node.js 20 may forget a timeout that `AbortSignal.any` alone knows. */
function overAfter(ms: number, signal: AbortSignal): AbortSignal {
  const over = new AbortController();
  const end = (): void => {
    clearTimeout(timer);
    over.abort();
  };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  return over.signal;
}

/** Looks when warm, then each minute, and when it is over. */
async function lookAt(
  recorder: CliRun,
  journal: string,
  over: AbortSignal,
  say: (words: string) => void,
): Promise<Held[]> {
  const looks: Held[] = [];
  await pause(WARM_MS, over);
  while (!over.aborted && isRunning(recorder)) {
    const held = heldBy(recorder.child.pid ?? 0, journal);
    const lateMs = await mostLateMs(journal, over);
    if (lateMs === undefined) break;
    looks.push({ ...held, lateMs });
    say(inWords({ ...held, lateMs }));
    await pause(LOOK_EACH_MS, over);
  }
  return looks;
}

/** Undefined where the soak ends meanwhile. */
async function mostLateMs(journal: string, over: AbortSignal): Promise<number | undefined> {
  const db = openForeign(journal);
  try {
    const ask = db.prepare<[], number>('SELECT max(last_tick_ms) FROM recorder_run').pluck();
    const ticks: number[] = [];
    while (ticks.length <= TICKS_A_LOOK) {
      const tick = ask.get();
      if (tick !== undefined && tick !== ticks.at(-1)) ticks.push(tick);
      await pause(TICK_POLL_MS, over);
      if (over.aborted) return undefined;
    }
    return Math.max(...ticks.slice(1).map((tick, at) => tick - (ticks[at] ?? tick) - INTERVAL_MS));
  } finally {
    db.close();
  }
}

/** Runs a command again and again; what fails is noted. */
async function each(
  intervalMs: number,
  args: readonly string[],
  failures: string[],
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await run(process.execPath, [CLI, ...args]).catch((error: unknown) => {
      failures.push(`${args[0] ?? ''}: ${String(error).slice(0, 300)}`);
    });
    await pause(intervalMs, over);
  }
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}

function heldBy(pid: number, journal: string): Omit<Held, 'lateMs'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const wal = `${journal}-wal`;
  return {
    residentKb: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    descriptors: readdirSync(join('/proc', String(pid), 'fd')).length,
    journalBytes: statSync(journal).size,
    walBytes: existsSync(wal) ? statSync(wal).size : 0,
    gapMs: numberIn(journal, 'SELECT ifnull(sum(duration_ms), 0) FROM gap'),
    followed: numberIn(journal, "SELECT count(*) FROM followed WHERE condition = 'alive'"),
  };
}

function numberIn(journal: string, sql: string): number {
  const db = openForeign(journal);
  try {
    return db.prepare<[], number>(sql).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

function inWords(held: Held): string {
  const { residentKb, descriptors, journalBytes, walBytes, gapMs, followed, lateMs } = held;
  const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return (
    `${mb(residentKb * 1024)} of memory, ${descriptors} file descriptors, ` +
    `journal ${mb(journalBytes)} and ${mb(walBytes)}, ${followed} followed, ${(gapMs / 1000).toFixed(1)} s in gaps, ` +
    `a sample ${lateMs} ms late at the most of ${TICKS_A_LOOK}`
  );
}

/** Takes whatever is sent to it, on the loopback. */
async function startAcceptingServer(cleanup: Cleanup): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, OWN_ADDRESS, resolve));
  cleanup.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://${OWN_ADDRESS}:${port}`;
}
